package otelbridge

import (
	"context"

	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/embedded"
)

// provider hands out tracers whose spans belong to a run, so that steps inside
// them find it, whichever library started the span.
type provider struct {
	embedded.TracerProvider
	next trace.TracerProvider
	own  trace.Tracer
}

func newRunProvider(next trace.TracerProvider) *provider {
	return &provider{next: next, own: next.Tracer(scopeName)}
}

// Tracer wraps the tracer of the SDK.
func (p *provider) Tracer(name string, options ...trace.TracerOption) trace.Tracer {
	return &tracer{next: p.next.Tracer(name, options...), own: p.own}
}

type tracer struct {
	embedded.Tracer
	next trace.Tracer
	own  trace.Tracer
}

// Start begins a run with the first span of ours in ctx.
func (t *tracer) Start(ctx context.Context, name string, options ...trace.SpanStartOption) (context.Context, trace.Span) {
	return t.next.Start(withRun(ctx, t.own), name, options...)
}
