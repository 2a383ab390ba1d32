package console

import (
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelbridge/otelbridge-go/anon"
)

// complete copies from an ended span what its line shows: name, time, outcome, error message and integer attributes.
func complete(st *step, s sdktrace.ReadOnlySpan, began time.Time) {
	st.name = s.Name()
	st.start = s.StartTime().Sub(began)
	st.end = max(s.EndTime().Sub(began), st.start)
	st.outcome = outcomeOf(s)
	if st.outcome != ok {
		st.message = message(s)
	}
	st.counts = integers(s.Attributes())
}

func outcomeOf(s sdktrace.ReadOnlySpan) outcome {
	switch anon.OutcomeOf(s) {
	case anon.Failed:
		return failed
	case anon.Canceled:
		return canceled
	case anon.Started:
		return running
	}
	return ok
}

// longest is how much of an error message is kept; a line shows less.
const longest = 500

// message is the status text, or what the last recorded exception says.
func message(s sdktrace.ReadOnlySpan) string {
	text := s.Status().Description
	if text == "" {
		text = exception(s.Events())
	}
	return text[:min(len(text), longest)]
}

func exception(events []sdktrace.Event) string {
	for i := len(events) - 1; i >= 0; i-- {
		for _, kv := range events[i].Attributes {
			if kv.Key == "exception.message" {
				return kv.Value.AsString()
			}
		}
	}
	return ""
}

// integers are a span's counts. No other kind of attribute is ever looked at.
func integers(attrs []attribute.KeyValue) []count {
	var counts []count
	for _, kv := range attrs {
		if kv.Value.Type() == attribute.INT64 {
			counts = append(counts, count{string(kv.Key), kv.Value.AsInt64()})
		}
	}
	return counts
}
