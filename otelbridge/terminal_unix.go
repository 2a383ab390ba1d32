//go:build unix

package otelbridge

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// atTerminal reports whether a person sees and types into all three standard
// streams. A job in the background has nobody: reading would stop it.
func atTerminal() bool {
	for _, f := range []*os.File{os.Stdin, os.Stdout, os.Stderr} {
		if !withFD(f, term.IsTerminal) {
			return false
		}
	}
	return withFD(os.Stdin, func(fd int) bool {
		foreground, err := unix.IoctlGetInt(fd, unix.TIOCGPGRP)
		return err == nil && foreground == unix.Getpgrp()
	})
}

// withFD asks something of a file's descriptor. File.Fd would do, but may switch
// the host's stream to blocking mode.
func withFD(f *os.File, ask func(fd int) bool) bool {
	conn, err := f.SyscallConn()
	if err != nil {
		return false
	}
	yes := false
	err = conn.Control(func(fd uintptr) { yes = ask(int(fd)) })
	return err == nil && yes
}

// awaitStdin reports within d whether a read of standard input would return at
// once: a terminal has a whole line then. A signal may end the wait early.
func awaitStdin(d time.Duration) bool {
	return withFD(os.Stdin, func(fd int) bool {
		if fd >= unix.FD_SETSIZE {
			return false
		}
		var set unix.FdSet
		set.Set(fd)
		limit := unix.NsecToTimeval(d.Nanoseconds())
		n, err := unix.Select(fd+1, &set, nil, nil, &limit)
		return err == nil && n > 0
	})
}
