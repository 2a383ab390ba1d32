package telemetrycmd

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

const saidOff = "Telemetry is off: chess sends no anonymous usage data\n"

// typed runs a host as a program that was started with a command line: both
// Mount and cobra find it in os.Args. It returns what was said on stderr.
func typed(t *testing.T, host func(root *cobra.Command), line string) (stderr string, err error) {
	t.Helper()
	old := os.Args
	defer func() { os.Args = old }()
	os.Args = append([]string{"chess"}, strings.Fields(line)...)
	var errs bytes.Buffer
	root := chess(func(*cobra.Command, []string) error { return nil })
	root.SetOut(&bytes.Buffer{})
	root.SetErr(&errs)
	host(root)
	err = root.Execute()
	return errs.String(), err
}

// refused reports whether a no is recorded for later runs.
func refused(t *testing.T) bool {
	t.Helper()
	c, err := otelbridge.NewControl(otelbridge.App{Name: "chess"})
	if err != nil {
		t.Fatal(err)
	}
	return c.Status().Consent.Answer == otelbridge.AnswerNo
}

func mounted(root *cobra.Command) { Mount(root, otelbridge.App{Name: "chess"}) }

// TestUnreadIsWrittenDown: on whatever root, and whatever cobra stumbles over,
// the flag is written and said once, and the error is that of a host whose flag
// does nothing.
func TestUnreadIsWrittenDown(t *testing.T) {
	for name, change := range map[string]func(root *cobra.Command){
		"a root as most are":         func(*cobra.Command) {},
		"a root that traverses":      func(root *cobra.Command) { root.TraverseChildren = true },
		"a root that checks its own": func(root *cobra.Command) { root.Args, root.Run = cobra.NoArgs, func(*cobra.Command, []string) {} },
		"a root with a hook":         hooked,
		"a command with a hook":      func(root *cobra.Command) { hooked(root.Commands()[0]); hooked(root.Commands()[1]) },
	} {
		for _, line := range []string{
			"--disable-telemetry bogus", "bogus --disable-telemetry", "--bogus --disable-telemetry", "--bogus --disable-telemetry play",
			"play --bogus --disable-telemetry", "play --disable-telemetry --bogus", "play -x --disable-telemetry=1",
			"db migrate --fast=maybe --disable-telemetry", "--disable-telemetry db migrate --password",
		} {
			person(t)
			_, want := typed(t, func(root *cobra.Command) {
				change(root)
				root.PersistentFlags().Bool("disable-telemetry", false, "")
			}, line)
			stderr, err := typed(t, func(root *cobra.Command) { change(root); mounted(root) }, line)
			if fmt.Sprint(err) != fmt.Sprint(want) {
				t.Errorf("%s, %q: %v, want %v", name, line, err, want)
			}
			if strings.Count(stderr, saidOff) != 1 {
				t.Errorf("%s, %q said %q", name, line, stderr)
			}
			if !refused(t) {
				t.Errorf("%s, %q is not written down", name, line)
			}
		}
	}
}

func hooked(cmd *cobra.Command) {
	cmd.SetFlagErrorFunc(func(*cobra.Command, error) error { return errors.New("own") })
}

// TestReadIsWrittenOnce where Mount cannot know how the command line goes on: it
// comes before the commands, or cobra adds one by itself.
func TestReadIsWrittenOnce(t *testing.T) {
	for line, host := range map[string]func(root *cobra.Command){
		"late --disable-telemetry": func(root *cobra.Command) {
			mounted(root)
			root.AddCommand(&cobra.Command{Use: "late", Run: func(*cobra.Command, []string) {}})
		},
		"help play --disable-telemetry":       mounted,
		"completion bash --disable-telemetry": mounted,
		"play --disable-telemetry":            mounted,
		"--disable-telemetry":                 mounted,
	} {
		person(t)
		stderr, err := typed(t, host, line)
		if err != nil || strings.Count(stderr, saidOff) != 1 || !refused(t) {
			t.Errorf("%q: %v, said %q, refused %v", line, err, stderr, refused(t))
		}
	}
}

// TestUnaskedIsNotWritten: what is no flag, says no, or is passed on to another
// program by a command that parses nothing.
func TestUnaskedIsNotWritten(t *testing.T) {
	for _, line := range []string{
		"bogus", "bogus -- --disable-telemetry", "bogus --disable-telemetry=false", "bogus --enable-telemetry",
		"play --bogus -- --disable-telemetry", "db migrate --password --disable-telemetry",
		"__complete bogus --disable-telemetry", "__completeNoDesc --bogus --disable-telemetry", "exec other --bogus --disable-telemetry",
	} {
		person(t)
		stderr, _ := typed(t, func(root *cobra.Command) {
			root.AddCommand(&cobra.Command{Use: "exec", DisableFlagParsing: true, Run: func(*cobra.Command, []string) {}})
			mounted(root)
		}, line)
		if strings.Contains(stderr, saidOff) || refused(t) {
			t.Errorf("%q: said %q, refused %v", line, stderr, refused(t))
		}
	}
}

// TestUnreadThatCannotBeWritten is said beside the error of the command line, and
// tried again by the parser, if that comes to it.
func TestUnreadThatCannotBeWritten(t *testing.T) {
	const failure = "Error: the choice could not be written down: there is no folder to keep the answer in\n"
	for line, code := range map[string]int{
		"bogus --disable-telemetry": CodeFailed, "play --bogus --disable-telemetry": CodeFailed, "help play --disable-telemetry": CodeNotWritten,
	} {
		person(t)
		for _, home := range []string{"HOME", "AppData", "LocalAppData", "USERPROFILE"} {
			t.Setenv(home, "")
		}
		stderr, err := typed(t, mounted, line)
		if stderr != failure || ExitCode(err) != code {
			t.Errorf("%q said %q, and ends with %d: %v", line, stderr, ExitCode(err), err)
		}
	}
}
