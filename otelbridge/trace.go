package otelbridge

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
)

// Trace runs do inside a span called name, with attrs as attributes: a run of
// its own, to which the steps inside belong, or a step of the run that ctx
// belongs to. Errors and panics are treated as by [Step].
func (b *Bridge) Trace(ctx context.Context, name string, do func(context.Context) error, attrs ...attribute.KeyValue) error {
	if b.off() {
		return do(ctx)
	}
	own := b.provider.own
	return traced(withRun(ctx, own), own, name, do, attrs)
}
