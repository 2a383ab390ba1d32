package otlpwire

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
)

// The fields of ExportTraceServiceRequest, ResourceSpans, Resource, ScopeSpans
// and InstrumentationScope.
const (
	requestResourceSpans = 1

	resourceSpansResource, resourceSpansScope, resourceSpansSchema = 1, 2, 3
	resourceAttributes                                             = 1
	scopeSpansScope, scopeSpansSpans, scopeSpansSchema             = 1, 2, 3
	scopeName, scopeVersion, scopeAttributes                       = 1, 2, 3
)

// Resource is what a group of spans comes from.
type Resource struct {
	Attributes []attribute.KeyValue
	SchemaURL  string
}

// Scope is a group of spans of one library. Spans is what [AppendSpan]
// appended for each.
type Scope struct {
	Scope instrumentation.Scope
	Spans []byte
}

// AppendRequest appends an ExportTraceServiceRequest with one ResourceSpans,
// without scopes that have no spans.
func AppendRequest(dst []byte, r Resource, scopes ...Scope) []byte {
	dst, start := open(dst, requestResourceSpans)
	return shut(appendResourceSpans(dst, r, scopes), start)
}

func appendResourceSpans(dst []byte, r Resource, scopes []Scope) []byte {
	dst, start := open(dst, resourceSpansResource)
	dst = shut(appendKeyValues(dst, resourceAttributes, r.Attributes), start)
	for i := range scopes {
		if len(scopes[i].Spans) == 0 {
			continue
		}
		dst, start = open(dst, resourceSpansScope)
		dst = appendScope(dst, scopes[i].Scope)
		dst = append(dst, scopes[i].Spans...)
		dst = shut(appendText(dst, scopeSpansSchema, scopes[i].Scope.SchemaURL), start)
	}
	return appendText(dst, resourceSpansSchema, r.SchemaURL)
}

func appendScope(dst []byte, s instrumentation.Scope) []byte {
	if s == (instrumentation.Scope{}) {
		return dst
	}
	dst, start := open(dst, scopeSpansScope)
	dst = appendText(dst, scopeName, s.Name)
	dst = appendText(dst, scopeVersion, s.Version)
	return shut(appendKeyValues(dst, scopeAttributes, s.Attributes.ToSlice()), start)
}
