package sentry

import (
	"strconv"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

type (
	traceID = trace.TraceID
	spanID  = trace.SpanID
)

// appendSpan appends a scrubbed span as an element of a transaction's spans.
func appendSpan(dst []byte, s sdktrace.ReadOnlySpan, status string) []byte {
	dst = append(dst, '{')
	dst = appendTraceMembers(dst, s, status)
	dst = append(dst, `,"description":`...)
	dst = appendString(dst, s.Name())
	dst = append(dst, `,"start_timestamp":`...)
	dst = appendTime(dst, s.StartTime())
	dst = append(dst, `,"timestamp":`...)
	dst = appendTime(dst, s.EndTime())
	return append(dst, '}')
}

// appendTraceMembers appends what a span of a transaction and the trace context
// of one have in common.
func appendTraceMembers(dst []byte, s sdktrace.ReadOnlySpan, status string) []byte {
	dst = appendIDs(dst, s.SpanContext(), s.Parent().SpanID())
	dst = append(dst, `,"op":`...)
	dst = appendString(dst, opOf(s))
	dst = append(dst, `,"origin":"auto.otel","status":"`...)
	dst = append(append(dst, status...), '"')
	room := maxData
	if attrs, dropped := s.Attributes(), s.DroppedAttributes(); len(attrs) > 0 || dropped > 0 {
		dst = append(dst, `,"data":{`...)
		start := len(dst)
		dst = append(appendAttributes(dst, attrs, dropped, room), '}')
		room -= len(dst) - start
	}
	if links := s.Links(); len(links) > 0 {
		dst = appendLinks(dst, links, room)
	}
	return dst
}

func appendIDs(dst []byte, c trace.SpanContext, parent spanID) []byte {
	tid, sid := c.TraceID(), c.SpanID()
	dst = appendHex(append(dst, `"trace_id":`...), tid[:])
	dst = appendHex(append(dst, `,"span_id":`...), sid[:])
	if parent.IsValid() {
		dst = appendHex(append(dst, `,"parent_span_id":`...), parent[:])
	}
	return dst
}

// appendLinks appends links with those of their attributes that fit into room
// bytes.
func appendLinks(dst []byte, links []sdktrace.Link, room int) []byte {
	dst = append(dst, `,"links":[`...)
	for i, l := range links {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendIDs(append(dst, '{'), l.SpanContext, spanID{})
		dst = strconv.AppendBool(append(dst, `,"sampled":`...), l.SpanContext.IsSampled())
		if len(l.Attributes) > 0 || l.DroppedAttributeCount > 0 {
			dst = append(dst, `,"attributes":{`...)
			start := len(dst)
			dst = append(appendAttributes(dst, l.Attributes, l.DroppedAttributeCount, room), '}')
			room -= len(dst) - start
		}
		dst = append(dst, '}')
	}
	return append(dst, ']')
}
