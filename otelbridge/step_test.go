package otelbridge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/anon"
)

func fails(err error) func(context.Context) error {
	return func(context.Context) error { return err }
}

func TestStepOutcomes(t *testing.T) {
	boom := errors.New("boom")
	for name, tt := range map[string]struct {
		err     error
		outcome string
		status  codes.Code
	}{
		"success":          {nil, "succeeded", codes.Unset},
		"failure":          {boom, "failed", codes.Error},
		"canceled":         {context.Canceled, "canceled", codes.Unset},
		"wrapped canceled": {fmt.Errorf("load: %w", context.Canceled), "canceled", codes.Unset},
		"deadline":         {context.DeadlineExceeded, "failed", codes.Error},
	} {
		t.Run(name, func(t *testing.T) {
			b, s := started(t)
			err := b.Pipeline(t.Context(), "chess", func(ctx context.Context) error {
				return Step(ctx, "extract", fails(tt.err))
			})
			if !errors.Is(err, tt.err) {
				t.Errorf("error %v, want %v", err, tt.err)
			}
			for _, name := range []string{"extract", "run"} {
				span := s.named(t, name)
				if outcome(span) != tt.outcome || span.Status().Code != tt.status {
					t.Errorf("%s: %s, %v", name, outcome(span), span.Status())
				}
			}
		})
	}
}

func TestStepRecordsTheError(t *testing.T) {
	b, s := started(t)
	_ = b.Pipeline(t.Context(), "chess", fails(fmt.Errorf("reading: %w", io.ErrUnexpectedEOF)))
	span := s.named(t, "run")
	if len(span.Events()) != 1 || span.Events()[0].Name != "exception" {
		t.Fatalf("events: %v", span.Events())
	}
	set := attribute.NewSet(span.Events()[0].Attributes...)
	for key, want := range map[attribute.Key]string{
		"exception.type":       "*fmt.wrapError",
		"exception.message":    "reading: unexpected EOF",
		"exception.stacktrace": "TestStepRecordsTheError",
	} {
		if v, _ := set.Value(key); !strings.Contains(v.AsString(), want) {
			t.Errorf("%s = %q, want %q", key, v.AsString(), want)
		}
	}
	attrs := attribute.NewSet(span.Attributes()...)
	if v, _ := attrs.Value(anon.ErrorType); v.AsString() != "*errors.errorString" {
		t.Errorf("error.type = %q", v.AsString())
	}
	if span.Status().Description != "" {
		t.Errorf("status text %q", span.Status().Description)
	}
}

type badError struct{}

func (badError) Error() string { panic("no text") }

func TestStepSurvivesAnErrorThatPanics(t *testing.T) {
	b, s := started(t)
	err := b.Pipeline(t.Context(), "chess", fails(badError{}))
	if !errors.Is(err, badError{}) || outcome(s.named(t, "run")) != "failed" {
		t.Errorf("%s", outcome(s.named(t, "run")))
	}
}

func TestPanicGoesOn(t *testing.T) {
	b, s := started(t)
	value := &struct{ int }{7}
	func() {
		defer func() {
			if r := recover(); r != value {
				t.Errorf("recovered %v, want the value itself", r)
			}
		}()
		_ = b.Pipeline(t.Context(), "chess", func(ctx context.Context) error {
			return Step(ctx, "load", func(context.Context) error { panic(value) })
		})
	}()
	for _, name := range []string{"load", "run"} {
		span := s.named(t, name)
		if outcome(span) != "failed" || len(span.Events()) == 0 {
			t.Fatalf("%s: %s with events %v", name, outcome(span), span.Events())
		}
	}
	set := attribute.NewSet(s.named(t, "load").Events()[0].Attributes...)
	if v, _ := set.Value("exception.stacktrace"); !strings.Contains(v.AsString(), "TestPanicGoesOn.func") {
		t.Errorf("the stack does not show where it came from:\n%s", v.AsString())
	}
}

func TestGoexitGoesOn(t *testing.T) {
	b, s := started(t)
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = b.Pipeline(context.Background(), "chess", func(context.Context) error {
			runtime.Goexit()
			return nil
		})
		t.Error("Goexit was stopped")
	})
	wg.Wait()
	if span := s.named(t, "run"); len(span.Events()) != 0 || outcome(span) != "failed" {
		t.Errorf("%s, events %v", outcome(span), span.Events())
	}
}

func TestStepsInherit(t *testing.T) {
	b, s := started(t)
	_ = b.Pipeline(t.Context(), "chess", func(ctx context.Context) error {
		trace.SpanFromContext(ctx).SetAttributes(anon.RecordsRead.Int(3), attribute.String("private", "x"))
		_ = Step(ctx, "extract", fails(nil), anon.DatasetName.String("own"))
		return Step(ctx, "unknown", fails(nil))
	}, anon.DatasetName.String("games"), anon.DestinationName.String("duckdb"))
	set := attribute.NewSet(s.named(t, "extract").Attributes()...)
	want := attribute.NewSet(anon.PipelineName.String("chess"), anon.DatasetName.String("own"), anon.DestinationName.String("duckdb"))
	if !set.Equals(&want) {
		t.Errorf("extract has %v", set.ToSlice())
	}
	if got := s.named(t, "unknown").Attributes(); len(got) != 0 {
		t.Errorf("an undeclared step has %v", got)
	}
}

func TestStepTree(t *testing.T) {
	b, s := started(t)
	_ = b.Pipeline(t.Context(), "chess", func(ctx context.Context) error {
		return Step(ctx, "load", func(ctx context.Context) error { return Step(ctx, "table", fails(nil)) })
	})
	run, load, table := s.named(t, "run"), s.named(t, "load"), s.named(t, "table")
	if load.Parent().SpanID() != run.SpanContext().SpanID() || table.Parent().SpanID() != load.SpanContext().SpanID() {
		t.Error("the steps are not in the run")
	}
	if table.SpanContext().TraceID() != run.SpanContext().TraceID() {
		t.Error("the steps are in another trace")
	}
}

func TestStepValue(t *testing.T) {
	b, s := started(t)
	_ = b.Pipeline(t.Context(), "chess", func(ctx context.Context) error {
		n, err := StepValue(ctx, "count", func(context.Context) (int, error) { return 42, io.EOF })
		if n != 42 || !errors.Is(err, io.EOF) {
			t.Errorf("%d, %v", n, err)
		}
		return nil
	})
	if outcome(s.named(t, "count")) != "failed" {
		t.Error("the failure was not recorded")
	}
}

// TestStepInASpanOfTheHost shows that library code needs no bridge in hand.
func TestStepInASpanOfTheHost(t *testing.T) {
	b, s := started(t)
	ctx, span := b.TracerProvider().Tracer("host").Start(t.Context(), "job")
	_ = Step(ctx, "load", fails(nil))
	span.End()
	if s.named(t, "load").Parent().SpanID() != span.SpanContext().SpanID() {
		t.Error("the step is not in the host's span")
	}
}

func TestStepsAtOnce(t *testing.T) {
	b, s := started(t)
	_ = b.Pipeline(t.Context(), "chess", func(ctx context.Context) error {
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() { _ = Step(ctx, "extract", fails(io.EOF)) })
		}
		wg.Wait()
		return nil
	})
	if len(s.ended) != 51 {
		t.Errorf("%d spans", len(s.ended))
	}
}

// TestOffCostsNothing pins what the documentation promises of a bridge that is
// off: no allocation for a step, however many attributes it is given.
func TestOffCostsNothing(t *testing.T) {
	ctx := context.Background()
	var off *Bridge
	do := fails(nil)
	n := testing.AllocsPerRun(100, func() {
		_ = off.Pipeline(ctx, "chess", do, anon.DatasetName.String("games"))
		_ = Step(ctx, "load", do,
			attribute.String("a", "x"), attribute.Int("b", 1), attribute.Bool("c", true), attribute.String("d", "y"),
			attribute.String("e", "x"), attribute.Int("f", 1), attribute.Bool("g", true), attribute.String("h", "y"),
			attribute.String("i", "x"), attribute.Int("j", 1), attribute.Bool("k", true), attribute.String("l", "y"))
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestStepOutsideOfARun: a span of a provider that the host owns is no business
// of the bridge.
func TestStepOutsideOfARun(t *testing.T) {
	_, s := started(t)
	ctx, span := sdktrace.NewTracerProvider().Tracer("host").Start(t.Context(), "job")
	defer span.End()
	if err := Step(ctx, "load", fails(io.EOF)); !errors.Is(err, io.EOF) || len(s.started) != 0 {
		t.Errorf("%v, started %v", err, s.started)
	}
}

// TestRunInASpanOfTheHost joins the run to a trace that the host has already.
func TestRunInASpanOfTheHost(t *testing.T) {
	b, s := started(t)
	ctx, span := sdktrace.NewTracerProvider().Tracer("host").Start(t.Context(), "job")
	defer span.End()
	_ = b.Pipeline(ctx, "chess", fails(nil))
	run := s.named(t, "run")
	if run.SpanContext().TraceID() != span.SpanContext().TraceID() || run.Parent().SpanID() != span.SpanContext().SpanID() {
		t.Error("the run is not in the host's trace")
	}
}

var _ sdktrace.SpanProcessor = (*spans)(nil)

// wrongUnwrap is an error whose methods fail on their own.
type wrongUnwrap struct{ to *wrongUnwrap }

func (e *wrongUnwrap) Error() string { return "wrong" }
func (e *wrongUnwrap) Unwrap() error { return e.to.to }

type loop struct{}

func (loop) Error() string   { return "loop" }
func (l loop) Unwrap() error { return l }

// TestStepSurvivesErrors: whatever the host's error type does, the host gets it
// back.
func TestStepSurvivesErrors(t *testing.T) {
	for name, err := range map[string]error{
		"typed nil": (*wrongUnwrap)(nil), "bad unwrap": &wrongUnwrap{}, "wraps itself": loop{},
	} {
		b, s := started(t)
		got := b.Pipeline(t.Context(), "chess", func(ctx context.Context) error { return Step(ctx, "load", fails(err)) })
		if got != err || outcome(s.named(t, "load")) != "failed" {
			t.Errorf("%s: %v", name, outcome(s.named(t, "load")))
		}
	}
}

func TestNilContext(t *testing.T) {
	b, s := started(t)
	var none context.Context
	ran := 0
	do := func(context.Context) error { ran++; return nil }
	_ = Step(none, "load", do)
	_ = b.Pipeline(none, "chess", do)
	if ran != 2 || len(s.ended) != 1 {
		t.Errorf("ran %d times, %d spans", ran, len(s.ended))
	}
}

// TestInheritsThroughUndeclaredSteps: what stands between a step and its run
// keeps nothing from it.
func TestInheritsThroughUndeclaredSteps(t *testing.T) {
	b, s := started(t)
	_ = b.Pipeline(t.Context(), "chess", func(ctx context.Context) error {
		return Step(ctx, "phase one", func(ctx context.Context) error {
			return Step(ctx, "extract", fails(nil))
		})
	}, anon.DestinationName.String("duckdb"))
	set := attribute.NewSet(s.named(t, "extract").Attributes()...)
	if v, _ := set.Value(anon.PipelineName); v.AsString() != "chess" {
		t.Errorf("extract has %v", set.ToSlice())
	}
}

// TestErrorsAreToldOnce runs far more failures than are remembered: a run that
// deals with its errors forgets them.
func TestErrorsAreToldOnce(t *testing.T) {
	b, s := started(t)
	_ = b.Pipeline(t.Context(), "chess", func(ctx context.Context) error {
		for range 3 * maxTold {
			_ = Step(ctx, "outer", func(ctx context.Context) error {
				return fmt.Errorf("outer: %w", Step(ctx, "inner", fails(errors.New("boom"))))
			})
		}
		return nil
	})
	for _, span := range s.ended {
		for _, e := range span.Events() {
			set := attribute.NewSet(e.Attributes...)
			chain, _ := set.Value(anon.ChainKey)
			if repeats := chain.AsString() == ""; repeats != (span.Name() == "outer") {
				t.Fatalf("%s: a chain of %d bytes", span.Name(), len(chain.AsString()))
			}
		}
	}
}
