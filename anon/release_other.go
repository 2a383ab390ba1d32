//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package anon

// osRelease is not known here.
func osRelease() string { return "" }
