package console_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/exporters/console"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// A run is drawn when it ends. This one was written down with its times, so that it always looks the same.
func ExampleRoute() {
	ctx := context.Background()
	bridge, err := otelbridge.Start(ctx, otelbridge.App{Name: "chess"}, console.Route(os.Stdout, console.Options{Width: 70}))
	if err != nil {
		fmt.Println(err)
	}
	defer bridge.Shutdown(ctx)

	tracer := bridge.TracerProvider().Tracer("chess")
	at := func(ms int64) trace.SpanEventOption { return trace.WithTimestamp(time.UnixMilli(ms)) }
	ctx, run := tracer.Start(ctx, "run", at(0))
	_, extract := tracer.Start(ctx, "extract", at(0), trace.WithAttributes(attribute.Int("records.read", 12034)))
	extract.End(at(812))
	_, load := tracer.Start(ctx, "load", at(812), trace.WithAttributes(attribute.Int("records.read", 12034)))
	load.End(at(2310))
	run.End(at(2310))

	// Output:
	//            |0              |1 s             |2 s      time        read
	// run        =======================================  2.31 s  ok
	//   extract  ==============                           812 ms  ok  12,034
	//   load                  ==========================  1.50 s  ok  12,034
}
