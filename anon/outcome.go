package anon

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Outcome is how the work of a span went.
type Outcome uint8

const (
	// Succeeded is the outcome of a span without error.
	Succeeded Outcome = iota
	// Failed is the outcome of a span whose status is an error.
	Failed
	// Canceled is the outcome of a span that was told to stop.
	Canceled
	// Started is the outcome, so far, of a span that has not ended.
	Started
)

// OutcomeKey is the attribute that tells a canceled span from a failed one:
// OpenTelemetry's status knows only errors. Its value is "canceled".
const OutcomeKey attribute.Key = "pipeline.outcome"

var outcomeNames = [...]string{Succeeded: "succeeded", Failed: "failed", Canceled: "canceled", Started: "started"}

// String is the word used in events: succeeded, failed, canceled or started.
func (o Outcome) String() string {
	if int(o) < len(outcomeNames) {
		return outcomeNames[o]
	}
	return "unknown"
}

// OutcomeOf reads the outcome of a span from its end, its status and
// OutcomeKey.
func OutcomeOf(s sdktrace.ReadOnlySpan) Outcome {
	if s.EndTime().IsZero() {
		return Started
	}
	for _, kv := range s.Attributes() {
		if kv.Key == OutcomeKey && kv.Value.AsString() == outcomeNames[Canceled] {
			return Canceled
		}
	}
	if s.Status().Code == codes.Error {
		return Failed
	}
	return Succeeded
}
