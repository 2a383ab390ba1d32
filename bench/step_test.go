package bench

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// disabled is a step of a program whose tracing is off, its attributes built at
// the call.
var disabled = table{"A step, tracing off; base: OpenTelemetry's no-op tracer", []row{
	{"OTel noop, 12 attributes", 0, noopSpan},
	{"otelbridge.Step, 0 attributes", 0.03, disabledStep},
	{"otelbridge.Step, 12 attributes", 0.03, disabledStep12},
}}

func BenchmarkStepOff(b *testing.B)  { disabled.bench(b) }
func TestRatiosStepOff(t *testing.T) { disabled.print(t) }

func noopSpan(b *testing.B) {
	tracer := noop.NewTracerProvider().Tracer("bench")
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		_, span := tracer.Start(context.Background(), "load", trace.WithAttributes(attributes12(i)...))
		span.End()
		i++
	}
}

func nothing(context.Context) error { return nil }

func disabledStep(b *testing.B) {
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		_ = otelbridge.Step(ctx, "load", nothing)
	}
}

func disabledStep12(b *testing.B) {
	ctx := context.Background()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		_ = otelbridge.Step(ctx, "load", nothing,
			anon.PipelineName.String("chess"), anon.DatasetName.String("games"), anon.SchemaName.String("chess_com"),
			anon.SourceType.String("rest_api"), anon.DestinationName.String("duckdb"),
			anon.DestinationFingerprint.String("9f86d081884c7d65"), anon.RecordsRead.Int(1200+i),
			anon.RecordsWritten.Int(1187+i), anon.BytesWritten.Int(983+i), anon.ErrorType.String("none"),
			attribute.String("note", "undeclared"), attribute.Bool("retry", false))
		i++
	}
}

// spansPerRun is how many spans a run has: its own and its steps'.
const spansPerRun = 10

// enabled is a span of a run of ten with twelve attributes each.
var enabled = table{"A step, all three routes on, 12 attributes, ten spans a run; base: the SDK with its batch processor to nowhere", []row{
	{"SDK, batch processor to nowhere", 0, batchedSpans},
	{"SDK, a processor that does nothing", 0, unprocessedSpans},
	{"SDK, a processor that appends 640 bytes to an open file", 0, appendedSpans},
	{"all routes, to disk only", 1.2, stepsToDisk},
	{"all routes, delivered meanwhile", 1.2, stepsDelivered},
	{"otlp alone, to disk", 0, stepsOf(1)},
	{"sentry alone, to disk", 0, stepsOf(2)},
	{"track alone, to disk", 0, stepsOf(0)},
}}

func BenchmarkStepOn(b *testing.B)  { enabled.bench(b) }
func TestRatiosStepOn(t *testing.T) { enabled.print(t) }

func batchedSpans(b *testing.B) { sdkSpans(b, sdktrace.NewBatchSpanProcessor(nowhere{})) }

func unprocessedSpans(b *testing.B) { sdkSpans(b, ignore{}) }

// appendedSpans is the floor of a route that has an event on disk when its step
// ends: it makes nothing of the span and only writes.
func appendedSpans(b *testing.B) {
	file, err := os.OpenFile(filepath.Join(b.TempDir(), "events"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	sdkSpans(b, appendTo{file: file})
}

func sdkSpans(b *testing.B, p sdktrace.SpanProcessor) {
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(p))
	defer func() { _ = provider.Shutdown(context.Background()) }()
	tracer := provider.Tracer("bench")
	b.ReportAllocs()
	b.ResetTimer()
	for done := 0; done < b.N; done += spansPerRun {
		ctx, run := tracer.Start(context.Background(), "run", trace.WithAttributes(attributes12(done)...))
		for i := range spansPerRun - 1 {
			_, span := tracer.Start(ctx, "load", trace.WithAttributes(attributes12(done+i)...))
			span.End()
		}
		run.End()
	}
}

func stepsToDisk(b *testing.B) {
	runSteps(b, start(b, otelbridge.App{Delivery: otelbridge.NextRun}, refused, allRoutes()...))
}

func stepsDelivered(b *testing.B) {
	server := newSink(b)
	runSteps(b, start(b, otelbridge.App{Delivery: otelbridge.InProcess}, server.URL, allRoutes()...))
}

func stepsOf(route int) func(*testing.B) {
	return func(b *testing.B) {
		runSteps(b, start(b, otelbridge.App{Delivery: otelbridge.NextRun}, refused, allRoutes()[route]))
	}
}

func runSteps(b *testing.B, bridge *otelbridge.Bridge) {
	b.ReportAllocs()
	b.ResetTimer()
	for done := 0; done < b.N; done += spansPerRun {
		_ = bridge.Pipeline(context.Background(), "chess", func(ctx context.Context) error {
			for i := range spansPerRun - 1 {
				_ = otelbridge.Step(ctx, "load", nothing, attributes12(done+i)...)
			}
			return nil
		}, attributes12(done)...)
	}
	b.StopTimer()
	shutdown(b, bridge)
}

// appendTo writes as much for each span as an event is long.
type appendTo struct {
	ignore
	file *os.File
}

var oneEvent = make([]byte, 640)

func (a appendTo) OnEnd(sdktrace.ReadOnlySpan) { _, _ = a.file.Write(oneEvent) }

type nowhere struct{}

func (nowhere) ExportSpans(context.Context, []sdktrace.ReadOnlySpan) error { return nil }
func (nowhere) Shutdown(context.Context) error                             { return nil }

type ignore struct{}

func (ignore) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (ignore) OnEnd(sdktrace.ReadOnlySpan)                     {}
func (ignore) ForceFlush(context.Context) error                { return nil }
func (ignore) Shutdown(context.Context) error                  { return nil }
