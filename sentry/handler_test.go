package sentry

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"log/slog"
	"os"
	"strings"
	"testing"
	"testing/slogtest"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// logger is the handler of a rig around one that writes to out.
func (r *rig) logger(out *bytes.Buffer, level slog.Level) *slog.Logger {
	return slog.New(&handler{processor: r.processor, next: slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level})})
}

func TestLevels(t *testing.T) {
	for _, c := range []struct {
		handler, setting slog.Level
		record           slog.Level
		issue            string // its level, empty for none
		printed          bool
	}{
		{slog.LevelWarn, slog.LevelWarn, slog.LevelError, "error", true},
		{slog.LevelWarn, slog.LevelWarn, slog.LevelWarn, "warning", true},
		{slog.LevelError, slog.LevelWarn, slog.LevelWarn, "", false},
		{slog.LevelInfo, slog.LevelError, slog.LevelWarn, "", true},
		{slog.LevelInfo, slog.LevelError, slog.LevelError, "error", true},
		{slog.LevelInfo, slog.LevelInfo, slog.LevelInfo, "", true},
		{slog.LevelDebug, slog.LevelDebug, slog.LevelInfo, "", true},
		{slog.LevelError + 4, slog.LevelWarn, slog.LevelError, "error", false},
		{slog.LevelInfo, slog.LevelWarn, slog.LevelError + 4, "fatal", true},
	} {
		r := newRig(t, func(s *otelbridge.Setup) { s.Settings.LogLevel = c.setting })
		var out bytes.Buffer
		r.logger(&out, c.handler).Log(t.Context(), c.record, "disk almost full")
		issues := r.of("event")
		if len(issues) > 1 || len(issues) == 1 && issues[0].at("level") != c.issue || len(issues) == 0 && c.issue != "" {
			t.Errorf("%+v: issues %v", c, issues)
		}
		if out.Len() > 0 != c.printed {
			t.Errorf("%+v: printed %q", c, out.String())
		}
	}
}

func TestLoggedErrorHasItsChainAndItsRun(t *testing.T) {
	r := newRig(t)
	var out bytes.Buffer
	log := r.logger(&out, slog.LevelInfo).With("destination.name", "duckdb").WithGroup("load")
	_ = r.step(t.Context(), "run", func(ctx context.Context) error {
		log.InfoContext(ctx, "page fetched", "undeclared", "canary")
		return otelbridge.Step(ctx, "load", func(ctx context.Context) error {
			log.ErrorContext(ctx, "cannot load", "err", fmt.Errorf("games: %w", &tableError{"games"}), "undeclared", "canary",
				slog.Group("pod", "k8s.pod.name", "not a declared key in a group"))
			return nil
		})
	}, anon.PipelineName.String("chess"))
	e, tx := r.one("event"), r.one("transaction")
	for _, c := range []struct {
		want any
		path []any
	}{
		{"cannot load", []any{"message"}},
		{"*sentry.tableError", []any{"exception", "values", 0, "type"}},
		{"games: no such table games", []any{"exception", "values", 1, "value"}},
		{"duckdb", []any{"tags", "destination"}},
		{"page fetched", []any{"breadcrumbs", 0, "message"}},
		{"info", []any{"breadcrumbs", 0, "level"}},
		{"run", []any{"transaction"}},
		{tx.at("spans", 0, "span_id"), []any{"contexts", "trace", "span_id"}},
		{tx.at("contexts", "trace", "trace_id"), []any{"contexts", "trace", "trace_id"}},
	} {
		if got := e.at(c.path...); got != c.want {
			t.Errorf("%v is %v, want %v", c.path, got, c.want)
		}
	}
	if text := strings.Join(r.texts(), "\n"); strings.Contains(text, "canary") || strings.Contains(text, "not a declared key") {
		t.Errorf("an undeclared attribute was sent:\n%s", text)
	}
	if tx.at("breadcrumbs", 0, "message") != "page fetched" {
		t.Errorf("breadcrumbs of the transaction: %v", tx.at("breadcrumbs"))
	}
	if !strings.Contains(out.String(), `"load":{"err":"games: no such table games"`) {
		t.Errorf("what the host prints changed: %s", out.String())
	}
}

func TestMessageWithoutAnError(t *testing.T) {
	r := newRig(t)
	r.logger(new(bytes.Buffer), slog.LevelInfo).Error("cannot reach postgres://joe:hunter2secret@db/x")
	e := r.one("event")
	if e.at("exception") != nil || e.at("threads", "values", 0, "current") != true {
		t.Errorf("event %s", e.raw)
	}
	if f := e.at("threads", "values", 0, "stacktrace", "frames", 0, "filename"); f != "sentry/handler_test.go" {
		t.Errorf("logged in %v", f)
	}
	if strings.Contains(string(e.raw), "hunter2secret") {
		t.Errorf("a secret was sent: %s", e.raw)
	}
	if e.at("contexts", "trace") != nil || at(e.header, "trace", "trace_id") != nil {
		t.Errorf("a trace that is none:\n%s", e.raw)
	}
}

func TestAnonymousLogs(t *testing.T) {
	r := newRig(t, disclose(anon.DiscloseAnonymous))
	r.logger(new(bytes.Buffer), slog.LevelInfo).Error("canary")
	if n := len(r.envelopes()); n != 0 {
		t.Errorf("%d envelopes", n)
	}
}

// TestHandlerKeepsTheRules runs the standard library's suite over the wrapped
// handler: nothing it prints may change.
func TestHandlerKeepsTheRules(t *testing.T) {
	r := newRig(t)
	var out bytes.Buffer
	h := &handler{processor: r.processor, next: slog.NewJSONHandler(&out, nil)}
	err := slogtest.TestHandler(h, func() []map[string]any {
		var all []map[string]any
		for line := range strings.Lines(out.String()) {
			var m map[string]any
			if err := json.Unmarshal([]byte(line), &m); err != nil {
				t.Fatal(err)
			}
			all = append(all, m)
		}
		return all
	})
	if err != nil {
		t.Error(err)
	}
}

func TestHandlerOfNobody(t *testing.T) {
	next := slog.NewTextHandler(new(bytes.Buffer), nil)
	if got := Handler(nil, next); got != slog.Handler(next) {
		t.Errorf("a handler of no route is %T", got)
	}
}

// TestDefaultHandler sets the handler as the package's documentation does: what
// goes through package log passes it as well, once.
func TestDefaultHandler(t *testing.T) {
	before, flags := slog.Default(), log.Flags()
	defer func() {
		slog.SetDefault(before)
		log.SetOutput(os.Stderr)
		log.SetFlags(flags)
	}()
	r := newRig(t)
	var out bytes.Buffer
	slog.SetDefault(slog.New(&handler{processor: r.processor, next: slog.NewTextHandler(&out, nil)}))
	slog.Error("first")
	log.Print("second")
	if strings.Count(out.String(), "first") != 1 || strings.Count(out.String(), "second") != 1 {
		t.Errorf("printed:\n%s", out.String())
	}
	r.one("event")
}

// TestDocumentedHandler: the line of the package's documentation must not hand on
// the handler that slog starts with, which would wait for itself.
func TestDocumentedHandler(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "sentry.Handler(bridge, slog.NewTextHandler(os.Stderr, nil))") {
		t.Error("doc.go shows no handler that writes by itself")
	}
}

// evil panics when it is asked what it is.
type evil struct{}

func (evil) Error() string { panic("from Error") }

// TestPanicOfALoggedError: a value of the host that panics costs its own record
// its details, and nothing else.
func TestPanicOfALoggedError(t *testing.T) {
	r := newRig(t)
	l := slog.New(&handler{processor: r.processor, next: slog.DiscardHandler})
	l.Error("first", "err", evil{})
	l.Error("second")
	if n := len(r.of("event")); n != 2 {
		t.Errorf("%d issues, want 2", n)
	}
}

// TestPanicInTheRoute ends the route and leaves the host's log alone. The text of
// the panic is no secret's way out.
func TestPanicInTheRoute(t *testing.T) {
	var reported []error
	r := newRig(t, func(s *otelbridge.Setup) { s.Report = func(err error) { reported = append(reported, err) } })
	r.processor.program = func() program { panic("dial postgres://joe:hunter2secret@db/x") }
	var out bytes.Buffer
	l := r.logger(&out, slog.LevelInfo)
	l.Error("first")
	l.Error("second")
	if strings.Count(out.String(), "\n") != 2 {
		t.Errorf("the host's own output: %s", out.String())
	}
	if len(reported) != 1 || len(r.envelopes()) != 0 {
		t.Errorf("reported %v, sent %d", reported, len(r.envelopes()))
	}
	if text := fmt.Sprint(reported); !strings.Contains(text, "dial postgres://") || strings.Contains(text, "hunter2secret") {
		t.Errorf("reported %s", text)
	}
}
