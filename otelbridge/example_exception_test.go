package otelbridge_test

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// A span that the host makes itself tells of an error as Step would.
func ExampleException() {
	var bridge *otelbridge.Bridge // as Start returned it; nil works and is off
	ctx, span := bridge.TracerProvider().Tracer("loader").Start(context.Background(), "page")
	defer span.End()
	_ = ctx

	err := fmt.Errorf("page 3: %w", errors.New("not found"))
	attrs := otelbridge.Exception(err)
	span.AddEvent("exception", trace.WithAttributes(attrs...))
	fmt.Println(attrs[0].Key, attrs[0].Value.AsString())
	fmt.Println(attrs[1].Key, attrs[1].Value.AsString())
	// Output:
	// exception.type *fmt.wrapError
	// exception.message page 3: not found
}

// The next run reports how this one crashed, if it does. What is printed and
// the exit code stay what they are.
func ExampleBridge_Recover() {
	ctx := context.Background()
	app := otelbridge.App{Name: "loader", Disabled: true} // Disabled for this example only
	bridge, _ := otelbridge.Start(ctx, app)               // with sentry.Route
	bridge.Recover()
	defer bridge.Shutdown(ctx)
	fmt.Println("working")
	// Output: working
}
