package console

import "golang.org/x/sys/windows"

// coloured reports whether the terminal behind fd has been told to understand SGR sequences. The console's mode belongs to
// the host, so it is read and never set.
func coloured(fd int) bool {
	var mode uint32
	err := windows.GetConsoleMode(windows.Handle(fd), &mode)
	return err == nil && mode&windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING != 0
}
