package otlpwire

import (
	"time"

	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// The fields of Span, Span.Event, Span.Link and Status.
const (
	spanTrace, spanSpan, spanState, spanParent       = 1, 2, 3, 4
	spanName, spanKind, spanStart, spanEnd           = 5, 6, 7, 8
	spanAttributes, spanDroppedAttributes            = 9, 10
	spanEvents, spanDroppedEvents                    = 11, 12
	spanLinks, spanDroppedLinks, spanStatus          = 13, 14, 15
	spanFlags                                        = 16
	eventTime, eventName, eventAttributes, eventLost = 1, 2, 3, 4
	linkTrace, linkSpan, linkAttributes, linkLost    = 1, 2, 4, 5
	linkFlags                                        = 6
	statusMessage, statusCode                        = 2, 3
)

// Of the flags of a span the lower eight bits are W3C's, then comes whether
// the next one is meant, and whether the parent is remote.
const (
	flagKnowsRemote = 0x100
	flagRemote      = 0x200
)

// AppendSpan appends a span as one of the spans of a [Scope].
func AppendSpan(dst []byte, s sdktrace.ReadOnlySpan) []byte {
	dst, start := open(dst, scopeSpansSpans)
	c, parent := s.SpanContext(), s.Parent()
	dst = appendIDs(dst, c)
	if state := c.TraceState(); state.Len() > 0 {
		dst = appendString(dst, spanState, state.String())
	}
	if id := parent.SpanID(); id.IsValid() {
		dst = appendBytes(dst, spanParent, id[:])
	}
	dst = appendText(dst, spanName, s.Name())
	dst = appendVarint(dst, spanKind, kindOf(s.SpanKind()))
	dst = appendFixed64(dst, spanStart, nanoseconds(s.StartTime()))
	dst = appendFixed64(dst, spanEnd, nanoseconds(s.EndTime()))
	dst = appendKeyValues(dst, spanAttributes, s.Attributes())
	dst = appendCount(dst, spanDroppedAttributes, s.DroppedAttributes())
	dst = appendEvents(dst, s.Events())
	dst = appendCount(dst, spanDroppedEvents, s.DroppedEvents())
	dst = appendLinks(dst, s.Links())
	dst = appendCount(dst, spanDroppedLinks, s.DroppedLinks())
	dst = appendStatus(dst, s.Status())
	dst = appendFixed32(dst, spanFlags, flags(c.TraceFlags(), parent))
	return shut(dst, start)
}

// appendIDs appends the ids of a span or a link, which have the same fields.
func appendIDs(dst []byte, c trace.SpanContext) []byte {
	tid, sid := c.TraceID(), c.SpanID()
	return appendBytes(appendBytes(dst, spanTrace, tid[:]), spanSpan, sid[:])
}

func appendEvents(dst []byte, events []sdktrace.Event) []byte {
	for i := range events {
		var start int
		dst, start = open(dst, spanEvents)
		dst = appendFixed64(dst, eventTime, nanoseconds(events[i].Time))
		dst = appendText(dst, eventName, events[i].Name)
		dst = appendKeyValues(dst, eventAttributes, events[i].Attributes)
		dst = appendCount(dst, eventLost, events[i].DroppedAttributeCount)
		dst = shut(dst, start)
	}
	return dst
}

func appendLinks(dst []byte, links []sdktrace.Link) []byte {
	for i := range links {
		var start int
		dst, start = open(dst, spanLinks)
		c := links[i].SpanContext
		dst = appendIDs(dst, c)
		dst = appendKeyValues(dst, linkAttributes, links[i].Attributes)
		dst = appendCount(dst, linkLost, links[i].DroppedAttributeCount)
		dst = appendFixed32(dst, linkFlags, flags(c.TraceFlags(), c))
		dst = shut(dst, start)
	}
	return dst
}

func appendStatus(dst []byte, s sdktrace.Status) []byte {
	dst, start := open(dst, spanStatus)
	dst = appendText(dst, statusMessage, s.Description)
	switch s.Code {
	case codes.Ok:
		dst = appendVarint(dst, statusCode, 1)
	case codes.Error:
		dst = appendVarint(dst, statusCode, 2)
	}
	return shut(dst, start)
}

// kindOf is OTLP's number for a kind. Those of the API are the same for the
// five there are.
func kindOf(k trace.SpanKind) uint64 {
	if k < trace.SpanKindInternal || k > trace.SpanKindConsumer {
		return 0
	}
	return uint64(k)
}

func flags(f trace.TraceFlags, parent trace.SpanContext) uint32 {
	all := uint32(f) | flagKnowsRemote
	if parent.IsRemote() {
		all |= flagRemote
	}
	return all
}

// nanoseconds since 1970; a time before that has no number.
func nanoseconds(t time.Time) uint64 { return uint64(max(0, t.UnixNano())) }
