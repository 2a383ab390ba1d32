package telemetrycmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// TestMountKeepsTheHost: what a root does by itself, and how it treats errors
// of its own flags, stays.
func TestMountKeepsTheHost(t *testing.T) {
	person(t)
	own := errors.New("own")
	ran := false
	root := &cobra.Command{Use: "chess", SilenceErrors: true, Run: func(*cobra.Command, []string) { ran = true }}
	root.SetFlagErrorFunc(func(*cobra.Command, error) error { return own })
	Mount(root, otelbridge.App{Name: "chess"})
	if _, _, err := execute(root); err != nil || !ran {
		t.Errorf("ran %v, %v", ran, err)
	}
	if _, _, err := execute(root, "--bogus"); !errors.Is(err, own) {
		t.Errorf("error %v", err)
	}
	if _, _, err := execute(root, "telemetry", "--bogus"); ExitCode(err) != CodeUsage {
		t.Errorf("error %v", err)
	}
}

// TestMountKeepsArguments of a program that has no commands, and the error of one
// that has some.
func TestMountKeepsArguments(t *testing.T) {
	person(t)
	var got []string
	run := func(_ *cobra.Command, args []string) { got = args }
	root := &cobra.Command{Use: "chess", Run: run}
	Mount(root, otelbridge.App{Name: "chess"})
	if _, _, err := execute(root, "--disable-telemetry", "games.pgn", "more.pgn"); err != nil || fmt.Sprint(got) != "[games.pgn more.pgn]" {
		t.Errorf("ran with %q, %v", got, err)
	}
	root = chess(func(*cobra.Command, []string) error { return nil })
	root.Run = run
	Mount(root, otelbridge.App{Name: "chess"})
	if _, _, err := execute(root, "bogus"); err == nil || err.Error() != `unknown command "bogus" for "chess"` {
		t.Error(err)
	}
}

// TestRunAfterMount: a host may give its root a Run or RunE later.
func TestRunAfterMount(t *testing.T) {
	person(t)
	ran := 0
	root := &cobra.Command{Use: "chess"}
	Mount(root, otelbridge.App{Name: "chess"})
	root.RunE = func(*cobra.Command, []string) error { ran++; return nil }
	if out, _, err := execute(root); err != nil || ran != 1 || out != "" {
		t.Errorf("ran %d times, %v, %q", ran, err, out)
	}
}

// TestAppThatCannotBe is told by the commands and changes nothing else.
func TestAppThatCannotBe(t *testing.T) {
	person(t)
	root := chess(func(*cobra.Command, []string) error { return nil })
	Mount(root, otelbridge.App{Name: "Not A Name"})
	if _, _, err := execute(root, "play"); err != nil {
		t.Error(err)
	}
	_, _, err := execute(root, "telemetry", "status")
	if ExitCode(err) != CodeFailed || !strings.HasPrefix(err.Error(), `App.Name "Not A Name" must be`) {
		t.Errorf("error %v", err)
	}
}

// TestHooksOfTheHostComeLater: the flag is written before anything of a command
// runs, whichever hook that is.
func TestHooksOfTheHostComeLater(t *testing.T) {
	person(t)
	app := otelbridge.App{Name: "chess", Endpoint: "http://127.0.0.1:9"}
	var asked []bool
	look := func(*cobra.Command, []string) error {
		c, err := otelbridge.NewControl(app)
		if err != nil {
			return err
		}
		asked = append(asked, c.Status().Consent.Answer == otelbridge.AnswerNo)
		return nil
	}
	root := chess(look)
	root.PersistentPreRunE = look
	for _, sub := range root.Commands() {
		sub.Args = look
		sub.PersistentPreRunE = look
	}
	Mount(root, app)
	if _, _, err := execute(root, "play", "--disable-telemetry"); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(asked) != "[true true true]" {
		t.Errorf("already off: %v", asked)
	}
}

func TestExitCode(t *testing.T) {
	for want, err := range map[int]error{
		CodeOK:          nil,
		CodeFailed:      io.EOF,
		CodeUsage:       fmt.Errorf("wrapped: %w", usage(io.EOF)),
		CodeNotWritten:  failed(fmt.Errorf("x: %w", otelbridge.ErrNotWritten)),
		CodeInterrupted: fmt.Errorf("x: %w", context.Canceled),
	} {
		if got := ExitCode(err); got != want {
			t.Errorf("%v: %d, want %d", err, got, want)
		}
	}
	if err := usage(io.EOF); !errors.Is(err, io.EOF) {
		t.Error("an Error hides its cause")
	}
}

func TestWords(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	for want, got := range map[string]string{
		"1 event": plural(1, "event"), "0 events": plural(0, "event"),
		"1 byte": size(1), "999 bytes": size(999), "1.0 kB": size(1000), "1.5 MB": size(1500000),
		"less than a minute ago": ago(now.Add(time.Hour), now), "1 minute ago": ago(now.Add(-time.Minute), now),
		"47 hours ago": ago(now.Add(-47*time.Hour), now), "2 days ago": ago(now.Add(-48*time.Hour), now),
		"a?[31m?": printable("a\x1b[31m\n"), "?31m?": printable("\u009b31m\x9b"), "é\u00a0…?": printable("é\u00a0…\u202e"),
		"a?\nb": printableLines("a\x7f\nb"), "default it": withoutInput("default it", "default"),
		"short": shortened("short"), strings.Repeat("é", 59) + "…": shortened(strings.Repeat("é", 61)),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
