package otelbridge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/anon"
)

// recorded is a bridge whose spans are kept in memory.
func recorded() (*Bridge, *tracetest.SpanRecorder) {
	spans := tracetest.NewSpanRecorder()
	sdk := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	return &Bridge{sdk: sdk, provider: newRunProvider(sdk, nil, StackOf)}, spans
}

// exceptions are the exception events by name of their span.
func exceptions(spans *tracetest.SpanRecorder) map[string][]map[attribute.Key]string {
	out := map[string][]map[attribute.Key]string{}
	for _, s := range spans.Ended() {
		for _, e := range s.Events() {
			attrs := map[attribute.Key]string{"event": e.Name}
			for _, kv := range e.Attributes {
				attrs[kv.Key] = kv.Value.AsString()
			}
			out[s.Name()] = append(out[s.Name()], attrs)
		}
	}
	return out
}

type codeError struct{ code int }

func (e codeError) Error() string { return fmt.Sprint("code ", e.code) }

// stackedError keeps a stack the way github.com/pkg/errors does.
type (
	stackedError struct{ pcs frames }
	frames       []frame
	frame        uintptr
)

func newStacked() error {
	var pcs [8]uintptr
	e := &stackedError{}
	for _, pc := range pcs[:runtime.Callers(2, pcs[:])] {
		e.pcs = append(e.pcs, frame(pc))
	}
	return e
}

func (*stackedError) Error() string        { return "stacked" }
func (e *stackedError) StackTrace() frames { return e.pcs }

func originOfStacked() error { return newStacked() }

func TestExceptionHasTheWholeChain(t *testing.T) {
	b, spans := recorded()
	cause := fmt.Errorf("load games: %w", errors.Join(codeError{7}, fmt.Errorf("open: %w", os.ErrNotExist)))
	_ = b.Pipeline(t.Context(), "chess", func(context.Context) error { return cause })
	got := exceptions(spans)["run"]
	if len(got) != 1 {
		t.Fatalf("%d events, want one exception", len(got))
	}
	e := got[0]
	if e["event"] != "exception" || e[exceptionType] != "*fmt.wrapError" || e[exceptionMessage] != cause.Error() {
		t.Errorf("event %v", e)
	}
	var links chain
	if err := json.Unmarshal([]byte(e[anon.ChainKey]), &links); err != nil {
		t.Fatal(err)
	}
	want := chain{
		{Type: "*fmt.wrapError", Value: cause.Error(), Parent: -1},
		{Type: "*errors.joinError", Value: "code 7\nopen: file does not exist", Parent: 0, Source: "unwrap", Group: true},
		{Type: "otelbridge.codeError", Value: "code 7", Parent: 1, Source: "errors[0]"},
		{Type: "*fmt.wrapError", Value: "open: file does not exist", Parent: 1, Source: "errors[1]"},
		{Type: "*errors.errorString", Value: "file does not exist", Parent: 3, Source: "unwrap"},
	}
	if diff := cmp.Diff(want, links); diff != "" {
		t.Error(diff)
	}
	if first, _, _ := strings.Cut(e[exceptionStacktrace], "(...)"); !strings.HasSuffix(first, "TestExceptionHasTheWholeChain") {
		t.Errorf("the stack begins in %s and not where the host called", first)
	}
}

func TestExceptionHasTheErrorsOwnStack(t *testing.T) {
	b, spans := recorded()
	_ = b.Pipeline(t.Context(), "chess", func(context.Context) error { return fmt.Errorf("wrapped: %w", originOfStacked()) })
	e := exceptions(spans)["run"][0]
	if !strings.Contains(e[exceptionStacktrace], "originOfStacked(...)\n\t") {
		t.Errorf("the stack is not the error's own:\n%s", e[exceptionStacktrace])
	}
}

// TestToldOnce counts the issues a route would make: exceptions whose chain is
// not empty.
func TestToldOnce(t *testing.T) {
	fail := errors.New("no such table")
	for name, c := range map[string]struct {
		run  func(context.Context) error
		want int
	}{
		"returned again": {func(ctx context.Context) error {
			return Step(ctx, "load", func(context.Context) error { return fail })
		}, 1},
		"wrapped again, two levels": {func(ctx context.Context) error {
			err := Step(ctx, "load", func(ctx context.Context) error {
				return fmt.Errorf("write: %w", Step(ctx, "table", func(context.Context) error { return fail }))
			})
			return fmt.Errorf("chess: %w", err)
		}, 1},
		"two steps, joined": {func(ctx context.Context) error {
			a := Step(ctx, "extract", func(context.Context) error { return codeError{1} })
			return errors.Join(a, Step(ctx, "load", func(context.Context) error { return codeError{2} }))
		}, 2},
		"joined with a new one": {func(ctx context.Context) error {
			return errors.Join(Step(ctx, "load", func(context.Context) error { return fail }), codeError{3})
		}, 2},
		"the same value in two steps": {func(ctx context.Context) error {
			_ = Step(ctx, "extract", func(context.Context) error { return io.EOF })
			return Step(ctx, "load", func(context.Context) error { return io.EOF })
		}, 2},
		"handled, then another": {func(ctx context.Context) error {
			_ = Step(ctx, "extract", func(context.Context) error { return fail })
			return errors.New("another")
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			b, spans := recorded()
			_ = b.Pipeline(t.Context(), "chess", c.run)
			n := 0
			for _, events := range exceptions(spans) {
				for _, e := range events {
					if e[anon.ChainKey] != "" {
						n++
					}
				}
			}
			if n != c.want {
				t.Errorf("%d issues, want %d", n, c.want)
			}
		})
	}
}

func originOfPanic(m map[string]int) { m["x"] = 1 }

func TestPanicHasTheStackOfItsOrigin(t *testing.T) {
	b, spans := recorded()
	func() {
		defer func() { _ = recover() }()
		_ = b.Pipeline(t.Context(), "chess", func(context.Context) error {
			originOfPanic(nil)
			return nil
		})
	}()
	e := exceptions(spans)["run"][0]
	if e[exceptionType] != "panic" || e[exceptionMessage] != "panic" {
		t.Errorf("event %v", e)
	}
	if first, _, _ := strings.Cut(e[exceptionStacktrace], "(...)"); !strings.HasSuffix(first, ".originOfPanic") {
		t.Errorf("the stack begins in %s", first)
	}
}

func TestPanicIsToldOnce(t *testing.T) {
	b, spans := recorded()
	func() {
		defer func() { _ = recover() }()
		_ = b.Pipeline(t.Context(), "chess", func(ctx context.Context) error {
			return Step(ctx, "load", func(context.Context) error { originOfPanic(nil); return nil })
		})
	}()
	got := exceptions(spans)
	if _, told := got["load"][0][anon.ChainKey]; told {
		t.Error("the step's panic counts as told")
	}
	if chain, told := got["run"][0][anon.ChainKey]; !told || chain != "" {
		t.Error("the run's panic does not count as told")
	}
}

func TestGoexitIsNoPanic(t *testing.T) {
	b, spans := recorded()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = b.Pipeline(t.Context(), "chess", func(context.Context) error { runtime.Goexit(); return nil })
	}()
	<-done
	if got := exceptions(spans); len(got) != 0 {
		t.Errorf("recorded %v", got)
	}
}

// hostile is an error whose every method is wrong.
type hostile struct{ self []error }

func (h *hostile) Error() string   { return "hostile" }
func (h *hostile) Unwrap() []error { return h.self }

type panicking struct{}

func (panicking) Error() string { panic("from Error") }

type panickingUnwrap struct{}

func (panickingUnwrap) Error() string { return "half broken" }
func (panickingUnwrap) Unwrap() error { panic("from Unwrap") }

type panickingStack struct{}

func (panickingStack) Error() string         { return "no stack" }
func (panickingStack) StackTrace() []uintptr { panic("from StackTrace") }

type panickingType struct{}

func (panickingType) Error() string     { return "no type" }
func (panickingType) ErrorType() string { panic("from ErrorType") }

// TestBrokenErrorsAreToldStill: a typed nil is Go's classic bug, and its step
// failed.
func TestBrokenErrorsAreToldStill(t *testing.T) {
	const silent = "no message: the method Error panicked"
	for _, c := range []struct {
		err     error
		message string
	}{
		{(*codeError)(nil), silent},
		{panicking{}, silent},
		{panickingUnwrap{}, "half broken"},
		{panickingStack{}, "no stack"},
		{panickingType{}, "no type"},
		{fmt.Errorf("load: %w", panickingUnwrap{}), "load: half broken"},
	} {
		b, spans := recorded()
		if err := b.Pipeline(t.Context(), "chess", func(context.Context) error { return c.err }); err != c.err {
			t.Errorf("the host's error became %v", err)
		}
		events := exceptions(spans)["run"]
		if len(events) != 1 {
			t.Fatalf("%T: %d exceptions", c.err, len(events))
		}
		if e := events[0]; e[exceptionType] != fmt.Sprintf("%T", c.err) || e[exceptionMessage] != c.message || e[anon.ChainKey] == "" {
			t.Errorf("%T: %v", c.err, e)
		}
		if len(Exception(c.err)) == 0 {
			t.Errorf("%T is no exception of a host", c.err)
		}
	}
}

// TestAMessageIsNotCutInsideASecret: what is left of it would not be masked.
func TestAMessageIsNotCutInsideASecret(t *testing.T) {
	for n := maxMessage - 60; n < maxMessage+10; n++ {
		text := strings.Repeat("lorem ", n/6) + strings.Repeat(".", n%6) + " dial postgres://etl:hunter2secret@db.example.com/sales: refused"
		err := fmt.Errorf("load: %w", errors.New(text))
		attrs := Exception(err)
		crash := parseCrashes("panic: " + text + "\n\ngoroutine 1 [running]:\nmain.main()\n\t/x.go:1\n")
		for _, left := range []string{attrs[1].Value.AsString(), attrs[3].Value.AsString(), crash[0].Message} {
			if got := anon.Mask(left); strings.Contains(got, "hunter2") {
				t.Fatalf("%d: %s", n, got[len(got)-80:])
			}
		}
		if got := attrs[1].Value.AsString(); len(got) > maxMessage || !strings.HasSuffix(got, " [cut]") {
			t.Fatalf("%d bytes that end in %q", len(got), got[len(got)-10:])
		}
	}
}

type longType struct{}

func (longType) Error() string     { return "x" }
func (longType) ErrorType() string { return strings.Repeat("long ", 1000) }

func TestErrorTypeIsShort(t *testing.T) {
	if got := errorType(longType{}); len(got) > maxErrorType {
		t.Errorf("%d bytes", len(got))
	}
}

type oddStack struct{ error }

func (oddStack) StackTrace(int) []uintptr { return nil }

func TestHostileErrors(t *testing.T) {
	circle := &hostile{}
	circle.self = []error{circle, nil, circle}
	for _, err := range []error{circle, panicking{}, oddStack{io.EOF}, (*hostile)(nil), hostileMap{"a": nil}} {
		b, spans := recorded()
		ctx := context.WithValue(t.Context(), runKey{}, &runState{tracer: b.provider.own})
		for range 2 {
			ctx, span := b.provider.own.Start(ctx, "load")
			recordError(ctx, span, err)
			span.End()
		}
		if canceled(err) {
			t.Errorf("%T is taken for a canceled context", err)
		}
		for _, events := range exceptions(spans) {
			if n := len(events[0][anon.ChainKey]); n > 64<<10 {
				t.Errorf("%T: a chain of %d bytes", err, n)
			}
		}
	}
}

func TestCanceled(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{context.Canceled, true},
		{fmt.Errorf("load: %w", context.Canceled), true},
		{errors.Join(context.Canceled, nil, fmt.Errorf("load: %w", context.Canceled)), true},
		{errors.Join(io.EOF, context.Canceled), false},
		{errors.Join(context.Canceled, io.EOF), false},
		{fmt.Errorf("load: %w", errors.Join(context.Canceled, io.EOF)), false},
		{&hostile{}, false},
		{isCanceled{}, true},
		{context.DeadlineExceeded, false},
		{io.EOF, false},
		{nil, false},
	} {
		if got := canceled(c.err); got != c.want {
			t.Errorf("canceled(%v) is %v", c.err, got)
		}
	}
}

// isCanceled says of itself what it is.
type isCanceled struct{}

func (isCanceled) Error() string        { return "stopped" }
func (isCanceled) Is(target error) bool { return target == context.Canceled }

type hostileMap map[string]error

func (hostileMap) Error() string { return "a map" }

func TestRunOfNobody(t *testing.T) {
	var r *runState
	if r.told(trace.SpanFromContext(t.Context()), io.EOF) {
		t.Error("an error was told without a run")
	}
	b, spans := recorded()
	_, span := b.sdk.Tracer("other").Start(t.Context(), "load")
	recordError(t.Context(), span, io.EOF)
	span.End()
	if n := len(exceptions(spans)["load"]); n != 1 {
		t.Errorf("%d exceptions without a run", n)
	}
}
