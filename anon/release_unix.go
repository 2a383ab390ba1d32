//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package anon

import "golang.org/x/sys/unix"

// osRelease is the release of the operating system, as uname -r prints it. It
// asks the kernel and not a file: the first file that Go opens makes what polls.
func osRelease() string {
	var name unix.Utsname
	if unix.Uname(&name) != nil {
		return ""
	}
	return unix.ByteSliceToString(name.Release[:])
}
