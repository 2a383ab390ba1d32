package bench

import (
	"context"
	"testing"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/otelbridge/otelbridge-go/exporters/otlp"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// endToEnd is a span from its start to a loopback server, flush included.
var endToEnd = table{"Spans end to end to a loopback server; base: SDK, batch processor that waits, otlptracehttp plain", []row{
	{"otlptracehttp, plain, waiting", 0, sdkSpansSent(sdktrace.WithBlocking())},
	{"otlptracehttp, plain, default", 0, sdkSpansSent()},
	{"otlptracehttp, gzip, waiting", 0, sdkSpansSent(sdktrace.WithBlocking(), nil)},
	{"otelbridge, through the spool, gzip", 1, spansSent},
}}

func BenchmarkSpans(b *testing.B)  { endToEnd.bench(b) }
func TestRatiosSpans(t *testing.T) { endToEnd.print(t) }

// sdkSpansSent is the SDK with its exporter; a nil option asks for gzip.
func sdkSpansSent(options ...sdktrace.BatchSpanProcessorOption) func(*testing.B) {
	return func(b *testing.B) {
		server := newSink(b)
		how := []otlptracehttp.Option{otlptracehttp.WithEndpointURL(server.URL + "/v1/traces")}
		var batch []sdktrace.BatchSpanProcessorOption
		for _, o := range options {
			if o == nil {
				how = append(how, otlptracehttp.WithCompression(otlptracehttp.GzipCompression))
			} else {
				batch = append(batch, o)
			}
		}
		exporter, err := otlptracehttp.New(b.Context(), how...)
		if err != nil {
			b.Fatal(err)
		}
		provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter, batch...))
		tracer := provider.Tracer("bench")
		b.ReportAllocs()
		b.ResetTimer()
		for i := range b.N {
			_, span := tracer.Start(context.Background(), "load", trace.WithAttributes(attributes12(i)...))
			span.End()
		}
		if err := provider.Shutdown(context.Background()); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		countSpans(b, server)
	}
}

// spansSent is the whole bridge with its otlp route, while the program lives.
func spansSent(b *testing.B) {
	server := newSink(b)
	bridge := start(b, otelbridge.App{Delivery: otelbridge.InProcess, Linger: time.Minute}, server.URL, otlp.Route)
	tracer := bridge.TracerProvider().Tracer("bench")
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		_, span := tracer.Start(context.Background(), "load", trace.WithAttributes(attributes12(i)...))
		span.End()
	}
	shutdown(b, bridge)
	b.StopTimer()
	if got := countSpans(b, server); got != b.N {
		b.Errorf("%d of %d spans arrived", got, b.N)
	}
}

func countSpans(b *testing.B, server *sink) int {
	n := 0
	for _, body := range server.plain(b) {
		var data tracepb.TracesData
		if err := proto.Unmarshal(body, &data); err != nil {
			b.Fatal(err)
		}
		for _, r := range data.ResourceSpans {
			for _, s := range r.ScopeSpans {
				n += len(s.Spans)
			}
		}
	}
	b.ReportMetric(float64(server.wire)/float64(max(n, 1)), "wire-B/op")
	b.ReportMetric(100*float64(n)/float64(b.N), "arrived-%")
	return n
}
