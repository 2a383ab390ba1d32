package telemetrycmd

import (
	"context"
	"errors"
	"strings"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// What a program ends with.
const (
	// CodeOK: it did what was asked.
	CodeOK = 0
	// CodeFailed: it could not do all of it.
	CodeFailed = 1
	// CodeUsage: the command line makes no sense.
	CodeUsage = 2
	// CodeOff: "status --check" found anonymous usage data to be off.
	CodeOff = 3
	// CodeNotWritten: a choice does not hold for later runs. It could not be
	// written down everywhere it has to, or, for a no, a variable of the
	// environment says yes and is stronger: a script that turns telemetry off
	// has to learn that it did not.
	CodeNotWritten = 4
	// CodeInterrupted: somebody pressed Ctrl-C.
	CodeInterrupted = 130
)

// Error is how the commands of this package fail: with the code that the
// program should end with.
type Error struct {
	// Code is one of the codes of this package.
	Code int
	// Err says what went wrong.
	Err error
}

// Error is the text for a person: the names of packages are left out.
func (e *Error) Error() string {
	return printableLines(strings.NewReplacer("otelbridge: ", "", "upload: ", "", "anon: ", "").Replace(e.Err.Error()))
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// ExitCode is the code that a program should end with after its root command
// returned err: that of an [Error], CodeInterrupted after context.Canceled,
// and CodeFailed for any other error.
func ExitCode(err error) int {
	var coded *Error
	switch {
	case err == nil:
		return CodeOK
	case errors.As(err, &coded):
		return coded.Code
	case errors.Is(err, context.Canceled):
		return CodeInterrupted
	}
	return CodeFailed
}

// failed gives an error its code.
func failed(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, otelbridge.ErrNotWritten), errors.Is(err, otelbridge.ErrOverruled):
		return &Error{CodeNotWritten, err}
	case errors.Is(err, otelbridge.ErrUnknownEvent):
		return usage(err)
	}
	return &Error{CodeFailed, err}
}

// interrupted tells a failure that Ctrl-C brought about from others.
func interrupted(ctx context.Context, err error) error {
	if ctx == nil || !errors.Is(ctx.Err(), context.Canceled) || ExitCode(err) != CodeFailed {
		return err
	}
	return &Error{CodeInterrupted, errors.New("interrupted")}
}

func usage(err error) error { return &Error{CodeUsage, err} }
