package bench

import (
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

func endedSpan(name string, attrs ...attribute.KeyValue) sdktrace.ReadOnlySpan {
	start := time.Now()
	return tracetest.SpanStub{
		Name: name, Attributes: attrs, StartTime: start, EndTime: start.Add(time.Second),
		SpanContext: trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: 1}),
	}.Snapshot()
}
