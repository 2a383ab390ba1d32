package otelbridge

import (
	"os"
	"time"

	"golang.org/x/sys/windows"
	"golang.org/x/term"
)

// atTerminal reports whether a person sees and types into all three standard
// streams.
func atTerminal() bool {
	for _, f := range []*os.File{os.Stdin, os.Stdout, os.Stderr} {
		if f == nil || !term.IsTerminal(int(f.Fd())) {
			return false
		}
	}
	return true
}

// awaitStdin reports within d whether the console has an event to read. One that
// is no key lets the read wait for the person's line. Such an event, as that of
// the Enter key that started the program comes up, is there from the start: what
// was typed before a question is not told from it, and with d = 0 the answer is no.
func awaitStdin(d time.Duration) bool {
	if d == 0 {
		return false
	}
	event, err := windows.WaitForSingleObject(windows.Handle(os.Stdin.Fd()), uint32(d.Milliseconds()))
	return err == nil && event == windows.WAIT_OBJECT_0
}
