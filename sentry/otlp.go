package sentry

import (
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelbridge/otelbridge-go/anon"
)

// The fields of OTLP 1.11 that are sent, of the messages ExportTraceServiceRequest,
// ResourceSpans, ScopeSpans, Span, Status, Span.Link, KeyValue and AnyValue.
const (
	requestResourceSpans = 1

	resourceSpansResource, resourceSpansScope = 1, 2
	resourceAttributes                        = 1
	scopeSpansScope, scopeSpansSpans          = 1, 2
	scopeName                                 = 1

	spanTrace, spanSpan, spanParent, spanName, spanKind = 1, 2, 4, 5, 6
	spanStart, spanEnd, spanAttributes, spanDropped     = 7, 8, 9, 10
	spanLinks, spanStatus, spanFlags                    = 13, 15, 16

	statusCode = 3

	linkTrace, linkSpan, linkAttributes = 1, 2, 4

	keyValueKey, keyValueValue                   = 1, 2
	anyString, anyBool, anyInt, anyDouble, array = 1, 2, 3, 4, 5
	arrayValues                                  = 1
)

// appendOTLP appends a scrubbed span as one of the spans of a ScopeSpans. Its
// events stay behind: Sentry drops them here, and exceptions are issues already.
func appendOTLP(dst []byte, s sdktrace.ReadOnlySpan, o anon.Outcome) []byte {
	return appendOTLPSpan(dst, s, o, nil)
}

func appendOTLPSpan(dst []byte, s sdktrace.ReadOnlySpan, o anon.Outcome, more []attribute.KeyValue) []byte {
	dst, start := openField(dst, scopeSpansSpans)
	tid, sid := s.SpanContext().TraceID(), s.SpanContext().SpanID()
	dst = appendBytesField(dst, spanTrace, tid[:])
	dst = appendBytesField(dst, spanSpan, sid[:])
	if parent := s.Parent().SpanID(); parent.IsValid() {
		dst = appendBytesField(dst, spanParent, parent[:])
	}
	dst = appendBytesField(dst, spanName, s.Name())
	dst = appendVarintField(dst, spanKind, uint64(s.SpanKind()))
	dst = appendFixed64Field(dst, spanStart, uint64(max(0, s.StartTime().UnixNano())))
	dst = appendFixed64Field(dst, spanEnd, uint64(max(0, s.EndTime().UnixNano())))
	dst = appendKeyValues(dst, spanAttributes, s.Attributes())
	dst = appendKeyValues(dst, spanAttributes, more)
	dst = appendOTLPLinks(dst, s.Links())
	dst = appendOTLPStatus(dst, o)
	dst = appendFixed32Field(dst, spanFlags, uint32(s.SpanContext().TraceFlags()))
	return closeField(dst, start)
}

// appendOTLPStatus knows an error and nothing: a span that was told to stop is
// neither good nor bad.
func appendOTLPStatus(dst []byte, o anon.Outcome) []byte {
	const failed = 2
	if o != anon.Failed {
		return dst
	}
	dst, start := openField(dst, spanStatus)
	return closeField(appendVarintField(dst, statusCode, failed), start)
}

func appendOTLPLinks(dst []byte, links []sdktrace.Link) []byte {
	for _, l := range links {
		var start int
		dst, start = openField(dst, spanLinks)
		tid, sid := l.SpanContext.TraceID(), l.SpanContext.SpanID()
		dst = appendBytesField(dst, linkTrace, tid[:])
		dst = appendBytesField(dst, linkSpan, sid[:])
		dst = closeField(appendKeyValues(dst, linkAttributes, l.Attributes), start)
	}
	return dst
}

// appendTraces appends a request with one trace segment: the root and the spans
// below it, which are encoded already.
func (f *facts) appendTraces(dst []byte, t *transaction, root ended) []byte {
	dst, request := openField(dst, requestResourceSpans)
	dst, res := openField(dst, resourceSpansResource)
	dst = closeField(appendKeyValues(dst, resourceAttributes, f.resource), res)
	dst, scoped := openField(dst, resourceSpansScope)
	dst, scope := openField(dst, scopeSpansScope)
	dst = closeField(appendBytesField(dst, scopeName, sdkName), scope)
	dst = appendOTLPSpan(dst, root.span, root.outcome, f.rootAttributes(t))
	dst = append(dst, t.spans...)
	dst = closeField(dst, scoped)
	return closeField(dst, request)
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

func appendKeyValues(dst []byte, field int, attrs []attribute.KeyValue) []byte {
	for _, kv := range attrs {
		var start int
		dst, start = openField(dst, field)
		dst = appendBytesField(dst, keyValueKey, string(kv.Key))
		dst = closeField(appendAny(dst, keyValueValue, kv.Value), start)
	}
	return dst
}

func appendAny(dst []byte, field int, v attribute.Value) []byte {
	dst, start := openField(dst, field)
	switch v.Type() {
	case attribute.BOOL:
		dst = appendVarintField(dst, anyBool, truth(v.AsBool()))
	case attribute.INT64:
		dst = appendVarintField(dst, anyInt, uint64(v.AsInt64()))
	case attribute.FLOAT64:
		dst = appendDoubleField(dst, anyDouble, v.AsFloat64())
	case attribute.STRINGSLICE:
		dst = appendStrings(dst, v.AsStringSlice())
	default:
		dst = appendBytesField(dst, anyString, v.String())
	}
	return closeField(dst, start)
}

func appendStrings(dst []byte, words []string) []byte {
	dst, start := openField(dst, array)
	for _, w := range words {
		dst = appendAny(dst, arrayValues, attribute.StringValue(w))
	}
	return closeField(dst, start)
}

func truth(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
