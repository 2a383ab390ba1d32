package sentry

import (
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/trace"
)

// TestEndBeforeStart: a clock that was set back does not cost the transaction.
func TestEndBeforeStart(t *testing.T) {
	for _, back := range []time.Duration{0, time.Hour} {
		r := newRig(t)
		ctx, root := r.tracer.Start(t.Context(), "run", trace.WithTimestamp(epoch))
		_, step := r.tracer.Start(ctx, "load", trace.WithTimestamp(epoch))
		step.End(trace.WithTimestamp(epoch.Add(-back)))
		root.End(trace.WithTimestamp(epoch.Add(-back)))
		e := r.one("transaction")
		for _, span := range []any{e.item, e.at("spans", 0)} {
			if start, end := at(span, "start_timestamp"), at(span, "timestamp"); start != end || start != float64(epoch.Unix()) {
				t.Errorf("%s back: from %v to %v", back, start, end)
			}
		}
	}
}

func TestEndBeforeStartInOTLP(t *testing.T) {
	r := newRig(t, useOTLP)
	_, root := r.tracer.Start(t.Context(), "run", trace.WithTimestamp(epoch))
	root.End(trace.WithTimestamp(epoch.Add(-time.Hour)))
	span := readRequest(t, r.queue.bodies[0]).ScopeSpans[0].Spans[0]
	if span.StartTimeUnixNano != span.EndTimeUnixNano {
		t.Errorf("from %d to %d", span.StartTimeUnixNano, span.EndTimeUnixNano)
	}
}

func TestLongNames(t *testing.T) {
	r := newRig(t)
	_, s := r.tracer.Start(t.Context(), strings.Repeat("n", 3*maxName))
	s.RecordError(errTable)
	s.End()
	for _, e := range r.envelopes() {
		if name, _ := e.at("transaction").(string); len(name) != maxName {
			t.Errorf("the %s has a name of %d bytes", e.kind, len(name))
		}
	}
}
