package otelbridge

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/anon"
)

// Step runs one step of a pipeline inside a span called name, with attrs as
// attributes. It finds its run in ctx, where Pipeline or a span of
// [Bridge.TracerProvider] left it, so that library code needs no Bridge in hand;
// outside of a run it just calls do, at the cost of a look into ctx and no
// allocation.
//
// Step returns what do returns. An error is recorded with its stack and makes
// the outcome "failed"; context.Canceled makes it "canceled". A panic is
// recorded and goes on: it is not recovered, so the program prints and exits as
// it would have.
func Step(ctx context.Context, name string, do func(context.Context) error, attrs ...attribute.KeyValue) error {
	r := runFrom(ctx)
	if r == nil {
		return do(ctx)
	}
	return traced(ctx, r.tracer, name, do, attrs)
}

// StepValue is Step for work that returns a value.
func StepValue[T any](ctx context.Context, name string, do func(context.Context) (T, error), attrs ...attribute.KeyValue) (T, error) {
	var value T
	err := Step(ctx, name, func(ctx context.Context) (err error) {
		value, err = do(ctx)
		return err
	}, attrs...)
	return value, err
}

// traced runs do inside a span and records how it went.
func traced(ctx context.Context, t *tracer, name string, do func(context.Context) error, attrs []attribute.KeyValue) (err error) {
	ctx, span := t.step(ctx, name, attrs)
	returned := false
	defer func() {
		end(ctx, span, err, returned)
	}()
	err = do(ctx)
	returned = true
	return err
}

// end records the outcome and ends the span. It runs while a panic passes
// through and must not recover it: see recordPanic.
func end(ctx context.Context, span trace.Span, err error, returned bool) {
	switch {
	case !returned:
		span.SetStatus(codes.Error, "")
		recordPanic(ctx, span)
	case err == nil:
		runFrom(ctx).ended(span)
	case canceled(err):
		span.SetAttributes(anon.OutcomeKey.String(anon.Canceled.String()))
	default:
		span.SetStatus(codes.Error, "")
		recordError(ctx, span, err)
	}
	span.End()
}
