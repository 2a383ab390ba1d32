package sentry

import (
	"context"
	"io"
	"net/http"
	"testing"

	sentrygo "github.com/getsentry/sentry-go"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/anon"
)

// nowhere reads what it is given and keeps nothing.
type nowhere struct{ bytes int64 }

func (n *nowhere) RoundTrip(r *http.Request) (*http.Response, error) {
	length, err := io.Copy(io.Discard, r.Body)
	n.bytes += length
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: r}, err
}

// spansPerTrace is what a transaction of both holds: a root and 999 children.
const spansPerTrace = 1000

// BenchmarkTrace makes one trace of 1,000 spans with four attributes each and
// encodes it into an envelope: with OpenTelemetry and this route, and with
// sentry-go's own StartSpan.
func BenchmarkTrace(b *testing.B) {
	b.Run("otelbridge", func(b *testing.B) {
		tracer, sink := benchTracer(b)
		b.ReportAllocs()
		for b.Loop() {
			ctx, root := tracer.Start(context.Background(), "run", trace.WithAttributes(anon.PipelineName.String("chess")))
			for range spansPerTrace - 1 {
				_, s := tracer.Start(ctx, "load", trace.WithAttributes(
					anon.PipelineName.String("chess"), anon.DestinationName.String("duckdb"),
					anon.DatasetName.String("games"), anon.RecordsWritten.Int64(1234),
				))
				s.End()
			}
			root.End()
		}
		perSpan(b, sink)
	})
	b.Run("sentry-go", func(b *testing.B) {
		ctx, sink := benchClient(b)
		b.ReportAllocs()
		for b.Loop() {
			root := sentrygo.StartSpan(ctx, "run", sentrygo.WithTransactionName("run"))
			root.SetData("pipeline.name", "chess")
			for range spansPerTrace - 1 {
				s := sentrygo.StartSpan(root.Context(), "load", sentrygo.WithDescription("load"))
				s.SetData("pipeline.name", "chess")
				s.SetData("destination.name", "duckdb")
				s.SetData("dataset.name", "games")
				s.SetData("records.written", 1234)
				s.Finish()
			}
			root.Finish()
		}
		perSpan(b, sink)
	})
}

func perSpan(b *testing.B, sink *nowhere) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/spansPerTrace, "ns/span")
	b.ReportMetric(float64(sink.bytes)/float64(b.N)/spansPerTrace, "B/span")
}

// BenchmarkStep is one step of a run that goes on, as a host feels it.
func BenchmarkStep(b *testing.B) {
	attrs := []attribute.KeyValue{
		anon.PipelineName.String("chess"), anon.DestinationName.String("duckdb"),
		anon.DatasetName.String("games"), anon.RecordsWritten.Int64(1234),
	}
	b.Run("otelbridge", func(b *testing.B) {
		tracer, _ := benchTracer(b)
		b.ReportAllocs()
		for n := 0; b.Loop(); n++ {
			_, s := tracer.Start(context.Background(), "load", trace.WithAttributes(attrs...))
			s.End()
		}
	})
	b.Run("OpenTelemetry alone", func(b *testing.B) {
		tracer := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(nothing{})).Tracer("bench")
		b.ReportAllocs()
		for b.Loop() {
			_, s := tracer.Start(context.Background(), "load", trace.WithAttributes(attrs...))
			s.End()
		}
	})
}

// nothing is the cheapest processor.
type nothing struct{}

func (nothing) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (nothing) OnEnd(sdktrace.ReadOnlySpan)                     {}
func (nothing) ForceFlush(context.Context) error                { return nil }
func (nothing) Shutdown(context.Context) error                  { return nil }

func benchTracer(b *testing.B) (trace.Tracer, *nowhere) {
	sink := &nowhere{}
	outlet, err := Route(testSetup(b, sink))
	if err != nil {
		b.Fatal(err)
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(outlet.Processor),
		sdktrace.WithSampler(sdktrace.AlwaysSample()), sdktrace.WithResource(resource.Empty()))
	return provider.Tracer("bench"), sink
}

func benchClient(b *testing.B) (context.Context, *nowhere) {
	sink := &nowhere{}
	client, err := sentrygo.NewClient(sentrygo.ClientOptions{
		Dsn: testDSN, Release: "loader@1.2.3", ServerName: "-", Environment: "bench",
		EnableTracing: true, TracesSampleRate: 1, MaxSpans: spansPerTrace,
		HTTPTransport: sink, Transport: sentrygo.NewHTTPSyncTransport(),
		Integrations: func([]sentrygo.Integration) []sentrygo.Integration { return nil },
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(client.Close)
	return sentrygo.SetHubOnContext(context.Background(), sentrygo.NewHub(client, sentrygo.NewScope())), sink
}
