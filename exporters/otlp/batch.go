package otlp

import (
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelbridge/otelbridge-go/internal/otlpwire"
)

// batch is encoded spans on their way into one request, grouped by what they
// come from. Its zero value is empty.
type batch struct {
	groups []group
	text   []byte // of the span that is being added
	spans  int
	bytes  int // of the spans
}

// group is the spans of one resource, by library.
type group struct {
	id       attribute.Distinct
	resource otlpwire.Resource
	scopes   []otlpwire.Scope
}

// encode writes a span down without adding it yet, and returns its length.
func (b *batch) encode(s sdktrace.ReadOnlySpan) int {
	b.text = otlpwire.AppendSpan(b.text[:0], s)
	return len(b.text)
}

// add adds the span that was encoded last.
func (b *batch) add(s sdktrace.ReadOnlySpan) {
	scope := b.group(s).scope(s.InstrumentationScope())
	scope.Spans = append(scope.Spans, b.text...)
	b.spans++
	b.bytes += len(b.text)
}

func (b *batch) group(s sdktrace.ReadOnlySpan) *group {
	r := s.Resource()
	id := r.Equivalent()
	for i := range b.groups {
		if b.groups[i].id == id {
			return &b.groups[i]
		}
	}
	b.groups = append(b.groups, group{id, otlpwire.Resource{Attributes: r.Attributes(), SchemaURL: r.SchemaURL()}, nil})
	return &b.groups[len(b.groups)-1]
}

func (g *group) scope(s instrumentation.Scope) *otlpwire.Scope {
	i := slices.IndexFunc(g.scopes, func(have otlpwire.Scope) bool { return have.Scope == s })
	if i < 0 {
		i = len(g.scopes)
		g.scopes = append(g.scopes, otlpwire.Scope{Scope: s})
	}
	return &g.scopes[i]
}

// appendTo appends the batch as an ExportTraceServiceRequest. Encoded protobuf
// messages behind each other are one, with the groups of all.
func (b *batch) appendTo(dst []byte) []byte {
	for i := range b.groups {
		dst = otlpwire.AppendRequest(dst, b.groups[i].resource, b.groups[i].scopes...)
	}
	return dst
}

// reset empties the batch and keeps its room, unless the host makes resources
// or tracers without end.
func (b *batch) reset() {
	b.spans, b.bytes = 0, 0
	if len(b.groups) != 1 || len(b.groups[0].scopes) > maxScopes {
		b.groups = nil
		return
	}
	for i := range b.groups[0].scopes {
		b.groups[0].scopes[i].Spans = b.groups[0].scopes[i].Spans[:0]
	}
}

// maxScopes is how many libraries a batch remembers for the next one.
const maxScopes = 16
