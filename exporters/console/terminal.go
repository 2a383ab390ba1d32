package console

import (
	"io"

	"golang.org/x/term"
)

// What is drawn where nobody says how large a terminal is.
const (
	defaultWidth = 80
	defaultRows  = 40
	leastWidth   = 20
	leastRows    = 2
)

// file is what an *os.File has and a buffer has not.
type file interface{ Fd() uintptr }

// terminal is the file descriptor of w when it is a terminal.
func terminal(w io.Writer) (fd int, found bool) {
	f, isFile := w.(file)
	if !isFile {
		return 0, false
	}
	fd = int(f.Fd())
	return fd, term.IsTerminal(fd)
}

// columnsOf is the width of the terminal behind w now, which may differ from run to run.
func columnsOf(w io.Writer) int {
	fd, found := terminal(w)
	if !found {
		return defaultWidth
	}
	width, _, err := term.GetSize(fd)
	if err != nil || width <= 0 {
		return defaultWidth
	}
	return width
}
