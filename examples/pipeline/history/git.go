package history

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// gitError is git's refusal: the first line it wrote to stderr, which may be empty.
type gitError struct {
	command string
	line    string
	cause   error
}

func (e *gitError) Error() string {
	if e.line == "" {
		return "git " + e.command + ": " + e.cause.Error()
	}
	return "git " + e.command + ": " + e.line
}

func (e *gitError) Unwrap() error { return e.cause }

// gitIn runs a git command in dir and returns what it printed, without the last line's end.
func gitIn(ctx context.Context, dir string, arguments ...string) (string, error) {
	var out bytes.Buffer
	err := stream(ctx, dir, arguments, func(r io.Reader) error {
		_, err := out.ReadFrom(r)
		return err
	})
	return strings.TrimSuffix(out.String(), "\n"), err
}

// stream runs a git command in dir and hands its output to read while it is being written. When read fails, or ctx ends, git
// is ended and waited for.
func stream(ctx context.Context, dir string, arguments []string, read func(io.Reader) error) error {
	running, stop := context.WithCancel(ctx)
	defer stop()
	cmd := command(running, dir, arguments)
	said := &firstLine{}
	cmd.Stderr = said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	failed := read(out)
	if failed != nil {
		stop()
	}
	err = cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case failed != nil && !errors.Is(failed, io.ErrUnexpectedEOF):
		return failed
	case interrupted(err):
		return context.Canceled
	case err != nil:
		return &gitError{command: arguments[0], line: said.String(), cause: err}
	}
	return failed
}

// command prepares git so that neither the environment of a hook, nor a pager, nor a prompt, nor a helper program that the
// repository's own configuration names has a part in what it does.
func command(ctx context.Context, dir string, arguments []string) *exec.Cmd {
	fixed := []string{"--no-pager", "-c", "core.fsmonitor=false", "-c", "log.showSignature=false", "-c", "log.showRoot=true",
		"-c", "safe.bareRepository=all"}
	cmd := exec.CommandContext(ctx, "git", append(fixed, arguments...)...)
	cmd.Dir = dir
	cmd.Env = append(slices.DeleteFunc(cmd.Environ(), tellsWhere),
		"LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1")
	cmd.WaitDelay = 2 * time.Second
	return cmd
}

// tellsWhere reports whether a variable would point git at another repository than the one it runs in, as they do in a hook.
func tellsWhere(variable string) bool {
	name, _, _ := strings.Cut(variable, "=")
	switch name {
	case "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
		"GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE":
		return true
	}
	return false
}

// interrupted reports whether Ctrl-C ended git: on a terminal the signal reaches it too, and maybe before this process.
func interrupted(err error) bool {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false
	}
	status, known := exit.Sys().(syscall.WaitStatus)
	return known && status.Signaled() && status.Signal() == syscall.SIGINT
}

// firstLine keeps the first line that says what went wrong, and of the rest nothing.
type firstLine struct{ text []byte }

const longestLine = 4096

func (f *firstLine) Write(p []byte) (int, error) {
	f.text = append(f.text, p[:min(len(p), longestLine-len(f.text))]...)
	return len(p), nil
}

func (f *firstLine) String() string {
	lines := strings.Split(strings.TrimSpace(string(f.text)), "\n")
	for _, line := range lines {
		for _, prefix := range []string{"fatal: ", "error: "} {
			if said, found := strings.CutPrefix(line, prefix); found {
				return said
			}
		}
	}
	return lines[0]
}
