package otelbridge

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"syscall"

	"github.com/otelbridge/otelbridge-go/anon"
)

// maxFile bounds how much of a configuration file or record is read.
const maxFile = 1 << 20

// Inputs are everything a resolution looks at: nothing else is read. They are
// plain data and functions, so that a test is a table. The zero Inputs are an
// empty environment on an empty disk, without a terminal.
type Inputs struct {
	// Getenv returns a variable of the environment; "" when it is not set. An
	// empty variable is the same as one that is not set. Nil: none is set.
	Getenv func(name string) string

	// ReadFile returns the content of a file. A file that is not there is an
	// error that is fs.ErrNotExist; any other error says that something is
	// there that cannot be read. Nil: no file exists.
	ReadFile func(path string) ([]byte, error)

	// Machine describes where the host runs.
	Machine anon.Machine

	// Terminal says that a person sits in front of standard input, standard
	// output and standard error alike.
	Terminal bool

	// Quiet says that this run must not speak to anybody, for example because
	// its output is for a program (--json), or because it prints help, a
	// version or a completion.
	Quiet bool

	// Disable and Enable are the flags --disable-telemetry and
	// --enable-telemetry. Both at once are a contradiction, and off.
	Disable, Enable bool

	// Dir is the working folder. Empty or relative: there is no project.
	Dir string

	// GOOS is the operating system that the paths follow, in the words of
	// runtime.GOOS. Empty: the one the program was built for.
	GOOS string

	// looks says that this run only shows something, for which nothing is sent,
	// made or removed.
	looks bool

	// foreign reports whether a file or folder belongs to a stranger. Nil: none does.
	foreign func(path string) bool

	// environ is the whole environment, for a child of this process.
	environ func() []string
}

// ProcessInputs reads the process: its environment, working folder and
// terminal. It is the one function of this package that does, and it changes
// nothing. Flags and Quiet are left to the caller, who knows the command line.
func ProcessInputs(app App) Inputs {
	dir, err := os.Getwd()
	if err != nil {
		dir = ""
	}
	completes := os.Getenv("COMP_LINE") != ""
	return Inputs{
		Getenv:   os.Getenv,
		ReadFile: readRegular,
		Machine:  anon.ReadMachine(app.Name, app.Version),
		Terminal: atTerminal(),
		Quiet:    completes,
		looks:    completes,
		foreign:  foreign,
		Dir:      projectDir(os.Getenv, dir),
		GOOS:     runtime.GOOS,
		environ:  os.Environ,
	}
}

// withDefaults makes the zero Inputs usable.
func (in Inputs) withDefaults() Inputs {
	if in.Getenv == nil {
		in.Getenv = func(string) string { return "" }
	}
	if in.ReadFile == nil {
		in.ReadFile = func(string) ([]byte, error) { return nil, fs.ErrNotExist }
	}
	if in.GOOS == "" {
		in.GOOS = runtime.GOOS
	}
	if in.foreign == nil {
		in.foreign = func(string) bool { return false }
	}
	return in
}

// present reports whether something stands at a path, readable or not.
func (in Inputs) present(path string) bool {
	_, err := in.ReadFile(path)
	return !missing(err)
}

// missing reports whether an error says that nothing is there. A path that
// leads through a file, as it does where the home is one, leads nowhere.
func missing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || impossible(err)
}

// impossible reports whether an error says that nothing can ever be there.
func impossible(err error) bool { return errors.Is(err, syscall.ENOTDIR) }

// readRegular reads a file of at most maxFile bytes, and one byte more of a
// longer one. Only regular files are opened: opening a named pipe would wait
// for somebody to write into it. A link that leads nowhere is something that is
// there: what it should lead to may say off.
func readRegular(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		if info, err = os.Stat(path); missing(err) {
			return nil, errors.New("is a link that leads nowhere")
		}
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errNotRegular(info.Mode())
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	return b, errors.Join(err, f.Close())
}

func errNotRegular(mode fs.FileMode) error {
	if mode.IsDir() {
		return errors.New("is a folder")
	}
	return fmt.Errorf("is not a file (%s)", mode.Type())
}

// cause is what went wrong with a file, without the paths that are part of an
// error.
func cause(err error) error {
	var one *fs.PathError
	var two *os.LinkError
	switch {
	case errors.As(err, &one):
		return one.Err
	case errors.As(err, &two):
		return two.Err
	}
	return err
}
