package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/anon"
)

// outline notes the runs that were drawn, as "name outcome time (children)".
type outline struct {
	mu   sync.Mutex
	runs []string
	left int
}

func (o *outline) draw(run *step, left int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.runs = append(o.runs, describe(run))
	o.left += left
}

func describe(st *step) string {
	text := fmt.Sprintf("%s %v %v", st.name, st.outcome, st.end-st.start)
	for _, c := range st.counts {
		text += fmt.Sprintf(" %s=%d", c.key, c.n)
	}
	if st.message != "" {
		text += fmt.Sprintf(" %q", st.message)
	}
	for _, c := range st.children {
		text += " (" + describe(c) + ")"
	}
	return text
}

// traced runs do with a tracer whose spans go to a processor, in a bubble with a clock of its own.
func traced(t *testing.T, do func(*testing.T, trace.Tracer, *processor)) *outline {
	t.Helper()
	drawn := &outline{}
	synctest.Test(t, func(t *testing.T) {
		p := newProcessor(io.Discard, func(*step) string { return "" })
		p.draw = drawn.draw
		provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(p))
		do(t, provider.Tracer("test"), p)
		if err := provider.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return drawn
}

func TestRunIsDrawnWhenItsRootEnds(t *testing.T) {
	drawn := traced(t, func(t *testing.T, tracer trace.Tracer, _ *processor) {
		ctx, root := tracer.Start(t.Context(), "run", trace.WithAttributes(attribute.String("secret", "hunter2")))
		inner, first := tracer.Start(ctx, "extract")
		_, nested := tracer.Start(inner, "page")
		time.Sleep(time.Second)
		nested.End()
		first.SetAttributes(attribute.Int("records.read", 12), attribute.Float64("ratio", 0.5))
		first.End()
		_, second := tracer.Start(ctx, "load")
		second.RecordError(errors.New("from the event"))
		second.SetStatus(codes.Error, "")
		second.End()
		_, third := tracer.Start(ctx, "vacuum")
		third.SetAttributes(anon.OutcomeKey.String("canceled"))
		third.End()
		root.SetStatus(codes.Error, "from the status")
		root.End()
	})
	want := []string{`run failed 1s "from the status" (extract ok 1s records.read=12 (page ok 1s)) ` +
		`(load failed 0s "from the event") (vacuum canceled 0s)`}
	if diff := cmp.Diff(want, drawn.runs); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestUnusualOrders(t *testing.T) {
	tests := []struct {
		name string
		do   func(context.Context, trace.Tracer)
		want []string
	}{
		{"a step outlives its run", func(ctx context.Context, tracer trace.Tracer) {
			ctx, root := tracer.Start(ctx, "run")
			_, late := tracer.Start(ctx, "late")
			time.Sleep(time.Second)
			root.End()
			late.End()
		}, []string{"run ok 1s (late running 1s)"}},
		{"a step starts after its parent ended", func(ctx context.Context, tracer trace.Tracer) {
			ctx, root := tracer.Start(ctx, "run")
			inner, parent := tracer.Start(ctx, "parent")
			parent.End()
			_, child := tracer.Start(inner, "child")
			child.End()
			root.End()
		}, []string{"run ok 0s (parent ok 0s (child ok 0s))"}},
		{"a step starts after its run ended", func(ctx context.Context, tracer trace.Tracer) {
			ctx, root := tracer.Start(ctx, "run")
			root.End()
			_, child := tracer.Start(ctx, "child")
			child.End()
		}, []string{"run ok 0s"}},
		{"a remote parent begins a run", func(ctx context.Context, tracer trace.Tracer) {
			ctx = trace.ContextWithRemoteSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
				TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled, Remote: true}))
			_, a := tracer.Start(ctx, "a")
			_, b := tracer.Start(ctx, "b")
			b.End()
			a.End()
		}, []string{"b ok 0s", "a ok 0s"}},
		{"runs overlap", func(ctx context.Context, tracer trace.Tracer) {
			first, a := tracer.Start(ctx, "a")
			second, b := tracer.Start(ctx, "b")
			_, inB := tracer.Start(second, "in b")
			_, inA := tracer.Start(first, "in a")
			inA.End()
			a.End()
			inB.End()
			b.End()
		}, []string{"a ok 0s (in a ok 0s)", "b ok 0s (in b ok 0s)"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			drawn := traced(t, func(t *testing.T, tracer trace.Tracer, p *processor) {
				test.do(t.Context(), tracer)
				if len(p.steps) != 0 || len(p.runs) != 0 {
					t.Errorf("%d steps of %d runs are kept", len(p.steps), len(p.runs))
				}
			})
			if diff := cmp.Diff(test.want, drawn.runs); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestStepsAreBounded(t *testing.T) {
	drawn := traced(t, func(t *testing.T, tracer trace.Tracer, p *processor) {
		ctx, root := tracer.Start(t.Context(), "run")
		for range maxSteps + 500 {
			inner, s := tracer.Start(ctx, "step")
			_, nested := tracer.Start(inner, "nested")
			nested.End()
			s.End()
		}
		if len(p.steps) > maxSteps {
			t.Errorf("%d steps are kept, bound is %d", len(p.steps), maxSteps)
		}
		root.End()
	})
	if want := 2*(maxSteps+500) + 1 - maxSteps; drawn.left != want {
		t.Errorf("%d steps were reported as left out, want %d", drawn.left, want)
	}
}

func TestRunsThatNeverEndAreForgotten(t *testing.T) {
	traced(t, func(t *testing.T, tracer trace.Tracer, p *processor) {
		for range maxRuns + 10 {
			ctx, _ := tracer.Start(t.Context(), "run")
			tracer.Start(ctx, "step")
		}
		if len(p.runs) != maxRuns || len(p.steps) != 2*maxRuns {
			t.Errorf("%d runs with %d steps are kept, bound is %d runs", len(p.runs), len(p.steps), maxRuns)
		}
		time.Sleep(maxAge + time.Second)
		tracer.Start(t.Context(), "run")
		if len(p.runs) != 1 {
			t.Errorf("%d runs are kept after a day, want the new one", len(p.runs))
		}
	})
}

func TestNothingIsDrawnAfterShutdown(t *testing.T) {
	drawn := &outline{}
	p := newProcessor(io.Discard, func(*step) string { return "" })
	p.draw = drawn.draw
	tracer := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(p)).Tracer("test")
	_, before := tracer.Start(t.Context(), "before")
	if err := p.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	before.End()
	_, after := tracer.Start(t.Context(), "after")
	after.End()
	if drawn.runs != nil {
		t.Errorf("drawn: %q", drawn.runs)
	}
}

// wholeWrites fails when a drawing comes in parts or beside another one.
type wholeWrites struct {
	t    *testing.T
	busy sync.Mutex
	n    int
}

func (w *wholeWrites) Write(p []byte) (int, error) {
	if !w.busy.TryLock() {
		w.t.Error("two writes at once")
		return 0, io.ErrShortWrite
	}
	defer w.busy.Unlock()
	if !strings.HasPrefix(string(p), "run") || !strings.HasSuffix(string(p), "\n") {
		w.t.Errorf("a part of a drawing: %q", p)
	}
	w.n++
	return 0, errors.New("the terminal is gone")
}

func TestManyRunsAtOnce(t *testing.T) {
	w := &wholeWrites{t: t}
	p := newProcessor(w, func(run *step) string { return describe(run) + "\n" })
	tracer := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(p)).Tracer("test")
	var wg sync.WaitGroup
	for range 30 {
		wg.Go(func() {
			ctx, root := tracer.Start(t.Context(), "run")
			for range 50 {
				_, s := tracer.Start(ctx, "step")
				s.End()
			}
			root.End()
		})
	}
	wg.Wait()
	if w.n != 30 {
		t.Errorf("%d drawings, want 30", w.n)
	}
}
