//go:build !windows

package console

// coloured reports whether the terminal behind fd understands SGR sequences. Everywhere but on Windows they do.
func coloured(int) bool { return true }
