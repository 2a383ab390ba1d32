package telemetrycmd

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"go.opentelemetry.io/otel/attribute"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

func started(t *testing.T, s *spans) *otelbridge.Bridge {
	t.Helper()
	person(t)
	bridge, err := otelbridge.Start(t.Context(), otelbridge.App{Name: "chess"}, s.route)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bridge.Shutdown(context.Background()) })
	return bridge
}

func TestTraceMakesASpanOfACommand(t *testing.T) {
	failure := errors.New("no such table")
	for name, tt := range map[string]struct {
		err     error
		outcome anon.Outcome
		code    int64
	}{
		"success":  {nil, anon.Succeeded, 0},
		"failure":  {failure, anon.Failed, 1},
		"Ctrl-C":   {fmt.Errorf("stopped: %w", context.Canceled), anon.Canceled, 130},
		"own code": {&Error{CodeNotWritten, failure}, anon.Failed, 4},
	} {
		t.Run(name, func(t *testing.T) {
			s := &spans{}
			root := chess(func(cmd *cobra.Command, _ []string) error {
				_ = otelbridge.Step(cmd.Context(), "inside", func(context.Context) error { return nil })
				return tt.err
			})
			Trace(root, started(t, s))
			_, _, err := execute(root, "db", "migrate", "--fast", "--password", "secret", "customers.db")
			if !errors.Is(err, tt.err) {
				t.Errorf("error %v", err)
			}
			if len(s.ended) != 2 || s.ended[0].Name() != "inside" || s.ended[1].Name() != "command db migrate" {
				t.Fatalf("%d spans", len(s.ended))
			}
			span := s.ended[1]
			if s.ended[0].Parent().SpanID() != span.SpanContext().SpanID() {
				t.Error("the step is not inside the command")
			}
			if got := anon.OutcomeOf(span); got != tt.outcome {
				t.Errorf("outcome %s", got)
			}
			want := map[attribute.Key]any{FlagsKey: []string{"fast", "password"}, ExitCodeKey: tt.code}
			if diff := cmp.Diff(want, ofCommand(span.Attributes())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// ofCommand leaves out what errors and outcomes add.
func ofCommand(attrs []attribute.KeyValue) map[attribute.Key]any {
	all := map[attribute.Key]any{}
	for _, kv := range attrs {
		if kv.Key == ExitCodeKey || kv.Key == FlagsKey {
			all[kv.Key] = kv.Value.AsInterface()
		}
	}
	return all
}

// TestTraceLeavesAlone what is not the host's work.
func TestTraceLeavesAlone(t *testing.T) {
	for _, args := range [][]string{
		nil, {"--help"}, {"help"}, {"help", "play"}, {"play", "--help"}, {"completion", "bash"}, {"__complete", "pl"},
		{"telemetry"}, {"telemetry", "status"}, {"telemetry", "off"}, {"--disable-telemetry"}, {"db"}, {"bogus"},
	} {
		s := &spans{}
		bridge := started(t, s)
		root := chess(func(*cobra.Command, []string) error { return nil })
		Mount(root, otelbridge.App{Name: "chess"})
		Trace(root, bridge)
		_, _, _ = execute(root, args...)
		if len(s.ended) > 0 {
			t.Errorf("%q made the span %q", args, s.ended[0].Name())
		}
	}
}

func TestTraceOfRun(t *testing.T) {
	s := &spans{}
	ran := false
	root := chess(func(*cobra.Command, []string) error { ran = true; return nil })
	root.Run = func(*cobra.Command, []string) {}
	Trace(root, started(t, s))
	if _, _, err := execute(root, "play"); err != nil || !ran {
		t.Errorf("ran %v, %v", ran, err)
	}
	if _, _, err := execute(root); err != nil {
		t.Error(err)
	}
	if len(s.ended) != 2 || s.ended[0].Name() != "command play" || s.ended[1].Name() != "command" {
		t.Errorf("%d spans", len(s.ended))
	}
}

func TestTraceKeepsAPanic(t *testing.T) {
	s := &spans{}
	root := chess(func(*cobra.Command, []string) error { panic("checkmate") })
	Trace(root, started(t, s))
	defer func() {
		if r := recover(); r != "checkmate" {
			t.Errorf("recovered %v", r)
		}
		if len(s.ended) != 1 || anon.OutcomeOf(s.ended[0]) != anon.Failed {
			t.Errorf("%d spans", len(s.ended))
		}
	}()
	_, _, _ = execute(root, "db", "migrate")
}

// TestTraceOffChangesNothing: the commands of a host are what they were.
func TestTraceOffChangesNothing(t *testing.T) {
	for name, bridge := range map[string]*otelbridge.Bridge{"nil": nil, "failed": {}} {
		root := chess(func(*cobra.Command, []string) error { return nil })
		play, _, _ := root.Find([]string{"play"})
		Trace(root, bridge)
		if play.RunE != nil {
			t.Errorf("%s: the command was wrapped", name)
		}
	}
}

func TestCommandsCompile(t *testing.T) {
	schema := anon.Schema{Version: 2, Events: Commands(
		Command{}, Command{Path: "play", Flags: []string{"fast"}}, Command{Path: "db migrate-all", Since: 2, Doc: "Why."},
	)}
	if _, err := schema.Compile(); err != nil {
		t.Fatal(err)
	}
	var names, made []string
	for _, e := range schema.Events {
		names, made = append(names, e.Name), append(made, e.Span)
	}
	if diff := cmp.Diff([]string{"command", "command_play", "command_db_migrate_all"}, names); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"command", "command play", "command db migrate-all"}, made); diff != "" {
		t.Error(diff)
	}
	if schema.Events[2].Since != 2 || schema.Events[2].Doc != "Why." || schema.Events[0].Declares("flags") || !schema.Events[1].Declares("flags") {
		t.Errorf("%+v", schema.Events)
	}
}
