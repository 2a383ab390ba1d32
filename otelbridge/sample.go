package otelbridge

import (
	"go.opentelemetry.io/otel/attribute"

	"github.com/otelbridge/otelbridge-go/anon"
)

// sample is an event with the span that makes it: Span is always named.
type sample struct {
	anon.Event
	attrs []attribute.KeyValue
}

func samplesOf(schema anon.Schema) []sample {
	all := make([]sample, len(schema.Events))
	for i, e := range schema.Events {
		s := &all[i]
		s.Event = e
		s.Span, s.attrs = e.Sample()
	}
	return all
}

// sampleAttributes are those of all events that a span makes.
func sampleAttributes(events []sample, span string) []attribute.KeyValue {
	var all []attribute.KeyValue
	for _, e := range events {
		if e.Span == span {
			all = append(all, e.attrs...)
		}
	}
	return all
}
