package sentry

import (
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/internal/otlpwire"
)

// otlpSpan is a scrubbed span as it goes to Sentry in OpenTelemetry's own form:
// with the status of its outcome, attributes of ours, and without events. Sentry
// drops those here, and exceptions are issues already.
type otlpSpan struct {
	sdktrace.ReadOnlySpan
	outcome anon.Outcome
	more    []attribute.KeyValue
}

func (otlpSpan) Events() []sdktrace.Event { return nil }
func (otlpSpan) DroppedEvents() int       { return 0 }

func (s otlpSpan) Attributes() []attribute.KeyValue {
	if len(s.more) == 0 {
		return s.ReadOnlySpan.Attributes()
	}
	return slices.Concat(s.ReadOnlySpan.Attributes(), s.more)
}

// Status knows an error and nothing: a span that was told to stop is neither
// good nor bad.
func (s otlpSpan) Status() sdktrace.Status {
	if s.outcome == anon.Failed {
		return sdktrace.Status{Code: codes.Error}
	}
	return sdktrace.Status{}
}

// shortSpan is a span with as many of its attributes as there is room for.
type shortSpan struct {
	otlpSpan
	attrs []attribute.KeyValue
	links []sdktrace.Link
	lost  int
}

func (s shortSpan) Attributes() []attribute.KeyValue { return s.attrs }
func (s shortSpan) DroppedAttributes() int           { return s.otlpSpan.DroppedAttributes() + s.lost }
func (s shortSpan) Links() []sdktrace.Link           { return s.links }

// appendOTLP appends a span, the shorter one if it is too long.
func appendOTLP(dst []byte, s otlpSpan) []byte {
	start := len(dst)
	if dst = otlpwire.AppendSpan(dst, s); len(dst)-start <= maxData {
		return dst
	}
	return otlpwire.AppendSpan(dst[:start], s.short())
}

// short measures attributes by their JSON, which is about as long. Links have
// none.
func (s otlpSpan) short() shortSpan {
	short, room := shortSpan{otlpSpan: s}, maxData
	for _, kv := range s.Attributes() {
		if n := len(kv.Key) + len(appendValue(nil, kv.Value)); n <= room {
			short.attrs, room = append(short.attrs, kv), room-n
		} else {
			short.lost++
		}
	}
	for _, l := range s.Links() {
		l.DroppedAttributeCount += len(l.Attributes)
		l.Attributes = nil
		short.links = append(short.links, l)
	}
	return short
}

// appendTraces appends a request with one trace segment: the root and the spans
// below it, which are encoded already.
func (f *facts) appendTraces(dst []byte, t *transaction, root ended) []byte {
	spans := appendOTLP(nil, otlpSpan{root.span, root.outcome, f.rootAttributes(t)})
	return otlpwire.AppendRequest(dst, otlpwire.Resource{Attributes: f.resource}, otlpwire.Scope{
		Scope: instrumentation.Scope{Name: sdkName},
		Spans: append(spans, t.spans...),
	})
}

// rootAttributes are what a transaction says of itself in its tags.
func (f *facts) rootAttributes(t *transaction) []attribute.KeyValue {
	var attrs []attribute.KeyValue
	if id, ok := t.tags["transaction_id"]; ok {
		attrs = append(attrs, attribute.String("transaction_id", id))
	}
	if t.dropped > 0 {
		attrs = append(attrs, attribute.Int("spans_dropped", t.dropped))
	}
	return attrs
}
