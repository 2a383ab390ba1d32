package otlp

import (
	"context"
	"io"
	"net/http"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/anon"
)

// swallow is a spool that costs a copy.
type swallow struct{ bytes, records int }

func (s *swallow) RoundTrip(req *http.Request) (*http.Response, error) {
	n, err := io.Copy(io.Discard, req.Body)
	s.bytes += int(n)
	s.records++
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, err
}

// ended12 are spans of twelve attributes, ten of them declared, with ids and
// counts of their own.
func ended12(b *testing.B) []sdktrace.ReadOnlySpan {
	b.Helper()
	var got []sdktrace.ReadOnlySpan
	p := sdktrace.NewTracerProvider(sdktrace.WithResource(resource.Empty()),
		sdktrace.WithSpanProcessor(catch(func(s sdktrace.ReadOnlySpan) { got = append(got, s) })))
	for i := range 1024 {
		_, span := p.Tracer("github.com/example/chess").Start(context.Background(), "load", trace.WithAttributes(
			anon.PipelineName.String("chess"), anon.DatasetName.String("games"), anon.SchemaName.String("chess_com"),
			anon.SourceType.String("rest_api"), anon.DestinationName.String("duckdb"),
			anon.DestinationFingerprint.String("9f86d081884c7d65"), anon.RecordsRead.Int(1200+i*i),
			anon.RecordsWritten.Int(1187+i*i), anon.BytesWritten.Int(983*i), anon.ErrorType.String("none"),
			attribute.String("note", "undeclared"), attribute.Int("attempt", 1),
		))
		span.End()
	}
	return got
}

// catch is a processor of one function.
type catch func(sdktrace.ReadOnlySpan)

func (catch) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (f catch) OnEnd(s sdktrace.ReadOnlySpan)                 { f(s) }
func (catch) ForceFlush(context.Context) error                { return nil }
func (catch) Shutdown(context.Context) error                  { return nil }

// BenchmarkSpan is one span through the whole route: copied, queued, encoded,
// compressed and spooled, with nothing lost. The time is the slower of the two
// sides, as the queue makes the faster one wait.
func BenchmarkSpan(b *testing.B) {
	spans := ended12(b)
	for _, disclosure := range []anon.Disclosure{anon.DiscloseAnonymous, anon.DiscloseDeclared, anon.DiscloseAll} {
		b.Run(disclosure.String(), func(b *testing.B) {
			spool := new(swallow)
			s := setup(b, spool, func(err error) { b.Error(err) })
			s.Settings.OTLPAttributes = disclosure
			outlet, err := Route(s)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				outlet.Processor.OnEnd(spans[i%len(spans)])
			}
			if err := outlet.Processor.Shutdown(context.Background()); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N), "ns/op")
			b.ReportMetric(float64(spool.bytes)/float64(b.N), "B/span")
			b.ReportMetric(float64(b.N)/float64(spool.records), "spans/record")
		})
	}
}

// BenchmarkBatchProcessor is the same span through the SDK's batch processor
// to nowhere, for comparison.
func BenchmarkBatchProcessor(b *testing.B) {
	spans := ended12(b)
	p := sdktrace.NewBatchSpanProcessor(nowhere{}, sdktrace.WithBlocking())
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p.OnEnd(spans[i%len(spans)])
	}
	_ = p.Shutdown(context.Background())
}

type nowhere struct{}

func (nowhere) ExportSpans(context.Context, []sdktrace.ReadOnlySpan) error { return nil }
func (nowhere) Shutdown(context.Context) error                             { return nil }

// BenchmarkRoute is what the route adds to the start of a program.
func BenchmarkRoute(b *testing.B) {
	s := setup(b, new(swallow), nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Route(s); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkShortProgram is the route's whole life in a program of five steps.
func BenchmarkShortProgram(b *testing.B) {
	spans := ended12(b)
	s := setup(b, new(swallow), func(err error) { b.Error(err) })
	b.ReportAllocs()
	for b.Loop() {
		outlet, err := Route(s)
		if err != nil {
			b.Fatal(err)
		}
		for _, span := range spans[:5] {
			outlet.Processor.OnEnd(span)
		}
		if err := outlet.Processor.Shutdown(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
