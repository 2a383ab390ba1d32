package sentry

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

type tableError struct{ name string }

func (e *tableError) Error() string { return "no such table " + e.name }

// TestFailedStepIsAnIssue pins sentry-go's issue 691: what RecordError adds to
// a span becomes an issue, linked to trace and span.
func TestFailedStepIsAnIssue(t *testing.T) {
	r := newRig(t)
	_ = r.step(t.Context(), "run", func(ctx context.Context) error {
		return otelbridge.Step(ctx, "load", func(context.Context) error {
			return fmt.Errorf("load games: %w", &tableError{"games_2026"})
		})
	}, anon.PipelineName.String("chess"))
	tx, e := r.one("transaction"), r.one("event")
	for _, c := range []struct {
		want any
		path []any
	}{
		{"error", []any{"level"}},
		{"run", []any{"transaction"}},
		{"loader@1.2.3", []any{"release"}},
		{nil, []any{"server_name"}},
		{nil, []any{"modules"}},
		{tx.at("contexts", "trace", "trace_id"), []any{"contexts", "trace", "trace_id"}},
		{tx.at("spans", 0, "span_id"), []any{"contexts", "trace", "span_id"}},
		{"internal_error", []any{"contexts", "trace", "status"}},
		{"*sentry.tableError", []any{"exception", "values", 0, "type"}},
		{"no such table games_2026", []any{"exception", "values", 0, "value"}},
		{"chained", []any{"exception", "values", 0, "mechanism", "type"}},
		{0.0, []any{"exception", "values", 0, "mechanism", "parent_id"}},
		{"*fmt.wrapError", []any{"exception", "values", 1, "type"}},
		{"generic", []any{"exception", "values", 1, "mechanism", "type"}},
		{true, []any{"exception", "values", 1, "mechanism", "handled"}},
		{nil, []any{"exception", "values", 2}},
	} {
		if got := e.at(c.path...); got != c.want {
			t.Errorf("%v is %v, want %v", c.path, got, c.want)
		}
	}
	if tx.at("spans", 0, "status") != "internal_error" {
		t.Errorf("the failed step is %v in the transaction", tx.at("spans", 0, "status"))
	}
	if at(e.header, "trace", "trace_id") != e.at("contexts", "trace", "trace_id") {
		t.Error("header and event name different traces")
	}
	frames, _ := e.at("exception", "values", 1, "stacktrace", "frames").([]any)
	if len(frames) == 0 {
		t.Fatalf("no stack:\n%s", e.raw)
	}
	last := frames[len(frames)-1]
	if at(last, "filename") != "sentry/issue_test.go" || at(last, "in_app") != true {
		t.Errorf("the innermost frame is %v", last)
	}
	for _, f := range frames {
		if name, _ := at(f, "filename").(string); strings.HasPrefix(name, "/") || at(f, "abs_path") != nil {
			t.Errorf("an absolute path in %v", f)
		}
	}
}

func TestIssuesOfOtherInstrumentation(t *testing.T) {
	r := newRig(t)
	_, s := r.tracer.Start(t.Context(), "GET", trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attribute.String("http.request.method", "GET")))
	s.RecordError(os.ErrNotExist)
	s.RecordError(os.ErrPermission, trace.WithStackTrace(true))
	s.End()
	issues := r.of("event")
	if len(issues) != 2 {
		t.Fatalf("%d issues, want 2", len(issues))
	}
	if issues[0].at("exception", "values", 0, "value") != "file does not exist" || issues[0].at("exception", "values", 0, "stacktrace") != nil {
		t.Errorf("without a stack: %v", issues[0].at("exception"))
	}
	if frames, _ := issues[1].at("exception", "values", 0, "stacktrace", "frames").([]any); len(frames) < 3 {
		t.Errorf("with a stack: %v", issues[1].at("exception"))
	}
	if op := r.one("transaction").at("contexts", "trace", "op"); op != "http.client" {
		t.Errorf("op %v", op)
	}
}

func explode() { panic("canary in a panic") }

// TestPanicIsAnIssue pins sentry-go's issue 582: the stack is that of the panic
// and not of the place that passed it on.
func TestPanicIsAnIssue(t *testing.T) {
	r := newRig(t)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic did not go on")
			}
		}()
		_ = r.step(t.Context(), "run", func(ctx context.Context) error {
			return otelbridge.Step(ctx, "load", func(context.Context) error { explode(); return nil })
		})
	}()
	e := r.one("event")
	frames := e.at("exception", "values", 0, "stacktrace", "frames").([]any)
	if last := frames[len(frames)-1]; at(last, "function") != "explode" {
		t.Errorf("the innermost frame is %v", last)
	}
	if e.at("level") != "fatal" || e.at("exception", "values", 0, "mechanism", "handled") != false {
		t.Errorf("a panic is %v, %v", e.at("level"), e.at("exception", "values", 0, "mechanism"))
	}
	if strings.Contains(strings.Join(r.texts(), ""), "canary") {
		t.Error("the panic's text cannot be known here and was sent")
	}
}

func TestCanceledIsNoIssue(t *testing.T) {
	r := newRig(t)
	_ = r.step(t.Context(), "run", func(ctx context.Context) error {
		return otelbridge.Step(ctx, "load", func(context.Context) error { return context.Canceled })
	})
	if n := len(r.of("event")); n != 0 {
		t.Errorf("%d issues", n)
	}
	if got := r.one("transaction").at("spans", 0, "status"); got != "cancelled" {
		t.Errorf("status %v", got)
	}
}

func TestDisclosure(t *testing.T) {
	run := func(d anon.Disclosure) string {
		r := newRig(t, disclose(d))
		_ = r.step(t.Context(), "chess run", func(ctx context.Context) error {
			return otelbridge.Step(ctx, "load", func(context.Context) error {
				return errors.New("cannot open postgres://joe:hunter2secret@db/x")
			}, anon.PipelineName.String("declared-name"), attribute.String("undeclared", "undeclared-value"))
		})
		return strings.Join(r.texts(), "\n")
	}
	for _, c := range []struct {
		d       anon.Disclosure
		has, no []string
	}{
		{anon.DiscloseAnonymous, []string{`"description":"load"`, "pipeline_name_hash"}, []string{"chess run", "declared-name", "undeclared", "cannot open", "hunter2secret"}},
		{anon.DiscloseDeclared, []string{"chess run", "declared-name", "cannot open"}, []string{"undeclared", "hunter2secret"}},
		{anon.DiscloseAll, []string{"chess run", "undeclared-value", "cannot open"}, []string{"hunter2secret"}},
	} {
		got := run(c.d)
		for _, s := range c.has {
			if !strings.Contains(got, s) {
				t.Errorf("%s: %q is missing", c.d, s)
			}
		}
		for _, s := range c.no {
			if strings.Contains(got, s) {
				t.Errorf("%s: %q was sent:\n%s", c.d, s, got)
			}
		}
	}
}

// fingerprints runs a step that fails and returns the fingerprint of its issue.
func fingerprints(t *testing.T, name string, err error) []any {
	r := newRig(t)
	_ = r.step(t.Context(), "run", func(ctx context.Context) error {
		return otelbridge.Step(ctx, name, func(context.Context) error { return err })
	})
	return r.one("event").at("fingerprint").([]any)
}

func TestFingerprint(t *testing.T) {
	base := fingerprints(t, "load", errors.New(`table "games" has 7 rows in /tmp/x`))
	for _, c := range []struct {
		what string
		step string
		err  error
		same bool
	}{
		{"other numbers, names and paths", "load", errors.New(`table "players" has 1234 rows in /var/y`), true},
		{"another message", "load", errors.New("disk full"), false},
		{"another type", "load", &tableError{"games"}, false},
		{"another step", "extract", errors.New(`table "games" has 7 rows in /tmp/x`), false},
	} {
		if same := slices.Equal(base, fingerprints(t, c.step, c.err)); same != c.same {
			t.Errorf("%s: the same issue is %v, want %v", c.what, same, c.same)
		}
	}
}
