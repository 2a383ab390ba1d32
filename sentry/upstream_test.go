package sentry

import (
	"context"
	"fmt"
	"sync"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// The open issues of sentry-go's span bridge, before it was removed, and what
// this route does instead. See also TestLateChild (669), TestFailedStepIsAnIssue
// (691), TestPanicIsAnIssue (582) and TestSpansThatNeverEnd (959).

// TestIssue553 and 592: the sampling context of an event from deep inside a
// trace is that of the trace, and no id is made up.
func TestIssue553And592(t *testing.T) {
	r := newRig(t)
	var want string
	_ = r.bridge.Pipeline(t.Context(), "chess", func(ctx context.Context) error {
		want = trace.SpanContextFromContext(ctx).TraceID().String()
		return otelbridge.Step(ctx, "load", func(ctx context.Context) error {
			return otelbridge.Step(ctx, "table", func(context.Context) error { return &tableError{"games"} })
		})
	})
	if len(r.envelopes()) != 2 {
		t.Fatalf("%d envelopes, want an issue and a transaction", len(r.envelopes()))
	}
	for _, e := range r.envelopes() {
		for where, got := range map[string]any{
			"header": at(e.header, "trace", "trace_id"), "context": e.at("contexts", "trace", "trace_id"),
		} {
			if got != want {
				t.Errorf("trace id %v in the %s of the %s, want %s", got, where, e.kind, want)
			}
		}
		if at(e.header, "trace", "transaction") != "run" || at(e.header, "trace", "sampled") != "true" {
			t.Errorf("sampling context of the %s: %v", e.kind, e.header["trace"])
		}
	}
}

// TestIssue788: OpenTelemetry's sampler decides, once. What it leaves out is not
// sent, and what it lets through is not sampled again.
func TestIssue788(t *testing.T) {
	q := &queue{}
	outlet, err := Route(testSetup(t, q))
	if err != nil {
		t.Fatal(err)
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(outlet.Processor), sdktrace.WithSampler(recordOnly{}))
	for i := range 200 {
		_, s := provider.Tracer("test").Start(t.Context(), fmt.Sprint(i))
		s.RecordError(&tableError{"games"})
		s.End()
	}
	sampled := 0
	for _, body := range q.all() {
		if e := readEnvelope(t, body); e.kind == "transaction" {
			sampled++
		}
	}
	if sampled != 100 || len(q.all()) != 200 {
		t.Errorf("%d transactions in %d envelopes, want 100 in 200", sampled, len(q.all()))
	}
}

// recordOnly samples spans with an even name and records the others without
// sampling them.
type recordOnly struct{}

func (recordOnly) Description() string { return "even" }
func (recordOnly) ShouldSample(p sdktrace.SamplingParameters) sdktrace.SamplingResult {
	if (p.Name[len(p.Name)-1]-'0')%2 == 0 {
		return sdktrace.SamplingResult{Decision: sdktrace.RecordAndSample}
	}
	return sdktrace.SamplingResult{Decision: sdktrace.RecordOnly}
}

// TestConcurrentSafe ends spans of many traces from many goroutines at once.
func TestConcurrentSafe(t *testing.T) {
	r := newRig(t)
	var wg sync.WaitGroup
	const runs, steps = 8, 50
	for range runs {
		wg.Go(func() {
			_ = r.bridge.Pipeline(t.Context(), "chess", func(ctx context.Context) error {
				var inner sync.WaitGroup
				for range steps {
					inner.Go(func() {
						_ = otelbridge.Step(ctx, "load", func(context.Context) error { return nil })
					})
				}
				inner.Wait()
				return nil
			})
		})
	}
	wg.Wait()
	for _, e := range r.of("transaction") {
		if n := len(e.at("spans").([]any)); n != steps {
			t.Errorf("%d spans, want %d", n, steps)
		}
	}
	if n := len(r.of("transaction")); n != runs {
		t.Errorf("%d transactions, want %d", n, runs)
	}
	r.empty()
}
