package otelbridge

import (
	"context"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/embedded"

	"github.com/otelbridge/otelbridge-go/anon"
)

// provider hands out tracers whose spans belong to a run, so that steps inside
// them find it, whichever library started the span.
type provider struct {
	embedded.TracerProvider
	next   trace.TracerProvider
	policy *anon.Policy
	stack  func(error) []uintptr // reads the stack of an error; nil: nobody wants it
	own    *tracer               // of Pipeline and Step

	attributes sync.Pool // of *[]attribute.KeyValue, for a step that starts
}

func newRunProvider(next trace.TracerProvider, policy *anon.Policy, stack func(error) []uintptr) *provider {
	p := &provider{next: next, policy: policy, stack: stack}
	p.own = &tracer{provider: p, next: next.Tracer(scopeName)}
	return p
}

// Tracer wraps the tracer of the SDK.
func (p *provider) Tracer(name string, options ...trace.TracerOption) trace.Tracer {
	return &tracer{provider: p, next: p.next.Tracer(name, options...)}
}

type tracer struct {
	embedded.Tracer
	provider *provider
	next     trace.Tracer
}

// Start begins a run with the first span of ours in ctx. A span inherits what
// its run is about; attributes of its own come later and so win.
func (t *tracer) Start(ctx context.Context, name string, options ...trace.SpanStartOption) (context.Context, trace.Span) {
	ctx = withRun(ctx, t.provider.own)
	if attrs := t.inherit(ctx, name, nil); len(attrs) > 0 {
		options = append([]trace.SpanStartOption{trace.WithAttributes(attrs...)}, options...)
	}
	return t.begin(ctx, name, options...)
}

// step is Start for a ctx that belongs to a run and attributes that stay with
// the caller: none is kept, so that they need no place on the heap where tracing
// is off.
func (t *tracer) step(ctx context.Context, name string, own []attribute.KeyValue) (context.Context, trace.Span) {
	attrs, _ := t.provider.attributes.Get().(*[]attribute.KeyValue)
	if attrs == nil {
		attrs = new([]attribute.KeyValue)
	}
	defer t.provider.attributes.Put(attrs)
	*attrs = t.inherit(ctx, name, append((*attrs)[:0], own...))
	return t.begin(ctx, name, trace.WithAttributes(*attrs...)) // copies them
}

func (t *tracer) begin(ctx context.Context, name string, options ...trace.SpanStartOption) (context.Context, trace.Span) {
	ctx, span := t.next.Start(ctx, name, options...)
	runFrom(ctx).begun(span)
	return ctx, span
}

// inherit appends to attrs what a span called name inherits and attrs lacks.
func (t *tracer) inherit(ctx context.Context, name string, attrs []attribute.KeyValue) []attribute.KeyValue {
	parent, _ := trace.SpanFromContext(ctx).(sdktrace.ReadOnlySpan)
	for _, from := range runFrom(ctx).ancestors(parent) {
		if from != nil {
			attrs = t.provider.policy.Inherited(attrs, name, from)
		}
	}
	return attrs
}
