package otelbridge

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
)

func TestAsk(t *testing.T) {
	tests := []struct {
		typed string
		want  Answer
		asked int
		rest  string
	}{
		{"y\n", AnswerYes, 1, ""},
		{" YES \r\n", AnswerYes, 1, ""},
		{"n\n", AnswerNo, 1, ""},
		{"No\n", AnswerNo, 1, ""},
		{"\n", AnswerNo, 1, ""},
		{" \n", AnswerNo, 1, ""},
		{"what?\ny\nnext", AnswerYes, 2, "next"},
		{"a\nb\nc\ny\n", "", 3, "y\n"},
		{"", "", 1, ""},
		{"y", "", 1, ""},
		{"what?\n", "", 2, ""},
		{"\ny\n", AnswerNo, 1, "y\n"},
		{strings.Repeat("y", 100000) + "\nyes\n", AnswerYes, 2, ""},
	}
	for _, test := range tests {
		in := strings.NewReader(test.typed)
		var out bytes.Buffer
		got := Terminal{In: in, Out: &out}.Ask(t.Context(), "Send? [y/N] ")
		if got != test.want || strings.Count(out.String(), "[y/N]") != test.asked {
			t.Errorf("%.20q: %q after %q, want %q", test.typed, got, out.String(), test.want)
		}
		if rest, _ := io.ReadAll(in); string(rest) != test.rest {
			t.Errorf("%.20q: left %q, want %q", test.typed, rest, test.rest)
		}
	}
}

func TestAskOfBrokenTerminals(t *testing.T) {
	var out bytes.Buffer
	if got := (Terminal{In: iotest.ErrReader(errors.New("gone")), Out: &out}).Ask(t.Context(), "?"); got != "" {
		t.Errorf("answered %q", got)
	}
	if got := (Terminal{In: strings.NewReader("y\n"), Out: brokenWriter{}}).Ask(t.Context(), "?"); got != "" {
		t.Errorf("answered %q to a question that nobody saw", got)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("gone") }

func TestAskTakesNoLongerThanItMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		nobody := Terminal{In: strings.NewReader("y\n"), Out: io.Discard, Await: func(d time.Duration) bool { time.Sleep(d); return false }}
		start := time.Now()
		if got := nobody.Ask(t.Context(), "?"); got != "" || time.Since(start) > promptTimeout+promptSlice {
			t.Errorf("answered %q after %v", got, time.Since(start))
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start = time.Now()
		if got := nobody.Ask(ctx, "?"); got != "" || time.Since(start) > time.Second+promptSlice {
			t.Errorf("answered %q %v after the host ended", got, time.Since(start))
		}
	})
}

// person types once the question is there.
type person struct{ types func() }

func (p person) Write(question []byte) (int, error) {
	p.types()
	return len(question), nil
}

// TestTypedAhead: what was typed before the question was there is no answer to it,
// and the host's to read.
func TestTypedAhead(t *testing.T) {
	in, out := strings.NewReader("y\n"), bytes.Buffer{}
	ahead := Terminal{In: in, Out: &out, Await: func(time.Duration) bool { return in.Len() > 0 }}
	if got := ahead.Ask(t.Context(), "?"); got != "" || out.Len() > 0 || in.Len() != 2 {
		t.Errorf("answered %q to %q, and left %d bytes", got, out.String(), in.Len())
	}
}

// TestProcessTerminal asks on a pipe in the place of standard input.
func TestProcessTerminal(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stdin
	os.Stdin = r
	defer func() { os.Stdin = old; _ = r.Close() }()
	terminal := ProcessTerminal()
	if terminal.Out != os.Stderr {
		t.Error("the question does not go to standard error")
	}
	terminal.Out = io.Discard
	terminal.Timeout = time.Millisecond
	if got := terminal.Ask(t.Context(), "?"); got != "" {
		t.Errorf("answered %q to nobody", got)
	}
	terminal.Timeout = time.Hour
	terminal.Out = person{func() { _, _ = io.WriteString(w, "y\nrest") }}
	if got := terminal.Ask(t.Context(), "?"); got != AnswerYes {
		t.Errorf("answered %q", got)
	}
	_ = w.Close()
	if rest, _ := io.ReadAll(r); string(rest) != "rest" {
		t.Errorf("left %q", rest)
	}
}
