package otelbridge

import (
	"context"
	"io"
	"os"
	"strings"
	"time"
)

const (
	promptTimeout = 30 * time.Second
	promptTries   = 3
	// promptSlice is how long a wait for the person lasts before the context is
	// looked at again.
	promptSlice = 100 * time.Millisecond
	// maxAnswer bounds what is read of a line.
	maxAnswer = 64
)

// Terminal is where a person is asked.
type Terminal struct {
	// In is where the answer comes from, Out where the question goes.
	In  io.Reader
	Out io.Writer
	// Await reports within d whether a read of In would return at once. Nil:
	// reads of In never block.
	Await func(d time.Duration) bool
	// Timeout bounds the wait for an answer. Default 30 s.
	Timeout time.Duration
}

// ProcessTerminal asks on standard error and reads standard input, so that
// standard output stays the host's.
func ProcessTerminal() Terminal {
	return Terminal{In: os.Stdin, Out: os.Stderr, Await: awaitStdin}
}

// Ask puts a yes-or-no question and returns AnswerYes, or AnswerNo, which is
// also what an empty line means. It returns the empty Answer, which must not be
// recorded, when there is none: at the end of the input or of the time, when
// ctx ends, and when the third line is neither yes nor no; also, without having
// asked, when a line was typed before the question was there. It installs no
// signal handler and leaves nothing running; what was typed after the answer
// is still to be read.
func (t Terminal) Ask(ctx context.Context, question string) Answer {
	if t.Await != nil && t.Await(0) {
		return ""
	}
	if t.Timeout == 0 {
		t.Timeout = promptTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, t.Timeout)
	defer cancel()
	for range promptTries {
		if _, err := io.WriteString(t.Out, question); err != nil {
			return ""
		}
		line, ok := t.readLine(ctx)
		if !ok {
			_, _ = io.WriteString(t.Out, "\n")
			return ""
		}
		if answer := readAnswer(line); answer != "" {
			return answer
		}
		question = "Please answer y or n [y/N] "
	}
	return ""
}

func readAnswer(line string) Answer {
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "y", "yes":
		return AnswerYes
	case "", "n", "no":
		return AnswerNo
	}
	return ""
}

// readLine reads byte by byte, so that nothing behind the line is taken from
// the host. A line without an end is no answer.
func (t Terminal) readLine(ctx context.Context) (string, bool) {
	var line []byte
	var b [1]byte
	for t.await(ctx) {
		n, err := t.In.Read(b[:])
		switch {
		case n == 1 && b[0] == '\n':
			return string(line), true
		case n == 1 && len(line) < maxAnswer:
			line = append(line, b[0])
		case err != nil:
			return "", false
		}
	}
	return "", false
}

// await waits until there is something to read; false when ctx ends first.
func (t Terminal) await(ctx context.Context) bool {
	for ctx.Err() == nil {
		if t.Await == nil || t.Await(promptSlice) {
			return true
		}
	}
	return false
}
