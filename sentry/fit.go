package sentry

import (
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelbridge/otelbridge-go/anon"
)

// fitted is a scrubbed span as Sentry takes it: not over before it began, for
// which a whole transaction would be refused.
type fitted struct{ sdktrace.ReadOnlySpan }

func (s *fitted) EndTime() time.Time {
	start, end := s.StartTime(), s.ReadOnlySpan.EndTime()
	if end.Before(start) {
		return start
	}
	return end
}

// scratch is room to make a fitted copy of a span. The next one overwrites it.
type scratch struct {
	anon.Scratch
	span fitted
}

// fit scrubs a span.
func (p *processor) fit(s *scratch, raw sdktrace.ReadOnlySpan) sdktrace.ReadOnlySpan {
	s.span.ReadOnlySpan = p.scrubber.SpanIn(&s.Scratch, raw)
	return &s.span
}
