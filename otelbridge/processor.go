package otelbridge

import sdktrace "go.opentelemetry.io/otel/sdk/trace"

// Processor returns what the route called name receives spans with, or nil
// when that route is not on. It lets the package of a route offer more than
// spans, as sentry.Handler does; hosts have no use for it.
func (b *Bridge) Processor(name string) sdktrace.SpanProcessor {
	if b.off() {
		return nil
	}
	for _, o := range b.outlets {
		if o.Name == name {
			return o.Processor
		}
	}
	return nil
}
