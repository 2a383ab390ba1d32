package otelbridge

import (
	"context"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/anon"
)

// runSpan is the name of the span around a whole run.
const runSpan = "run"

// Pipeline runs a whole pipeline inside a span called "run", with the
// pipeline's name and attrs as attributes. Steps inside it inherit the names
// and versions among them. It returns what run returns; a panic goes on.
func (b *Bridge) Pipeline(ctx context.Context, name string, run func(context.Context) error, attrs ...attribute.KeyValue) error {
	if b.off() {
		return run(ctx)
	}
	all := append(make([]attribute.KeyValue, 0, len(attrs)+1), anon.PipelineName.String(name))
	return traced(withRun(ctx, b.provider.own), b.provider.own, runSpan, run, append(all, attrs...))
}

// runState is what the steps of one run share.
type runState struct {
	tracer *tracer

	mu    sync.Mutex
	root  sdktrace.ReadOnlySpan // the first span
	tales []tale
}

// begun notes the first span of the run.
func (r *runState) begun(span trace.Span) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.root == nil {
		r.root, _ = span.(sdktrace.ReadOnlySpan)
	}
}

// stack is how the run's routes read the stack of an error. Those of a nil run
// read none.
func (r *runState) stack() func(error) []uintptr {
	if r == nil {
		return nil
	}
	return r.tracer.provider.stack
}

// ancestors are the spans that a new one inherits from, the nearest first: its
// parent and the root of its run. A place may be nil.
func (r *runState) ancestors(parent sdktrace.ReadOnlySpan) [2]sdktrace.ReadOnlySpan {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.root == parent {
		return [2]sdktrace.ReadOnlySpan{parent}
	}
	return [2]sdktrace.ReadOnlySpan{parent, r.root}
}

type runKey struct{}

// withRun returns a ctx that belongs to a run: the one it belongs to already,
// or a new one.
func withRun(ctx context.Context, t *tracer) context.Context {
	if ctx == nil {
		ctx = context.Background()
	}
	if r := runFrom(ctx); r != nil && r.tracer == t {
		return ctx
	}
	return context.WithValue(ctx, runKey{}, &runState{tracer: t})
}

// runFrom returns the run that ctx belongs to, or nil.
func runFrom(ctx context.Context) *runState {
	if ctx == nil {
		return nil
	}
	r, _ := ctx.Value(runKey{}).(*runState)
	return r
}
