package anon

import (
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/internal/clip"
)

// Scrubber makes copies of spans that show an operator's endpoint what its
// Disclosure allows. It is a value that never changes once in use and may be
// used by many goroutines at once. The zero Scrubber shows names of no span
// and no attributes.
type Scrubber struct {
	// Policy says what is declared.
	Policy *Policy
	// Disclosure says how much of it is shown.
	Disclosure Disclosure
	// Hasher digests names where only anonymous fields are shown.
	Hasher *Hasher
	// Resource replaces the resource of the span, which may hold whatever
	// OTEL_RESOURCE_ATTRIBUTES of the environment says; with DiscloseAll the
	// two are merged. Nil is the empty resource.
	Resource *resource.Resource
	// Chains keeps ChainKey in exceptions, for a route that can show a whole
	// chain of errors.
	Chains bool
}

// Scratch is room for a scrubbed copy, for a route that is done with one span
// before it takes the next. Its zero value is ready. It serves one goroutine at a
// time.
type Scratch struct{ copy span }

// Span returns the scrubbed copy of a span. Nothing of the original is kept
// alive by it.
func (s *Scrubber) Span(raw sdktrace.ReadOnlySpan) sdktrace.ReadOnlySpan {
	return s.SpanIn(new(Scratch), raw)
}

// SpanIn is Span for a copy that is good until scratch is used again.
func (s *Scrubber) SpanIn(scratch *Scratch, raw sdktrace.ReadOnlySpan) sdktrace.ReadOnlySpan {
	out := &scratch.copy
	attrs, lost := bounded(s.attributes(out.attrs[:0], raw))
	*out = span{
		name:     s.name(raw),
		context:  s.spanContext(raw.SpanContext()),
		parent:   s.spanContext(raw.Parent()),
		kind:     raw.SpanKind(),
		start:    raw.StartTime(),
		end:      raw.EndTime(),
		attrs:    attrs,
		events:   s.events(raw.Events()),
		links:    s.links(raw.Links()),
		status:   sdktrace.Status{Code: raw.Status().Code},
		scope:    s.scope(raw.InstrumentationScope()),
		resource: s.resource(raw.Resource()),
		children: raw.ChildSpanCount(),
		lost:     [...]int{raw.DroppedAttributes() + lost, raw.DroppedEvents(), raw.DroppedLinks()},
	}
	if s.Disclosure == DiscloseAll {
		out.status.Description = visibleText(raw.Status().Description)
	}
	return out
}

// Declared appends to dst those attributes that the policy declares and whose
// values have the declared type. It allocates only to grow dst.
func (p *Policy) Declared(dst, attrs []attribute.KeyValue) []attribute.KeyValue {
	if p == nil {
		return dst
	}
	for i := range attrs {
		if p.declared.find(&attrs[i]) >= 0 {
			dst = append(dst, attrs[i])
		}
	}
	return dst
}

func (s *Scrubber) name(raw sdktrace.ReadOnlySpan) string {
	if s.Disclosure == DiscloseAnonymous && !s.Policy.declares(raw.Name()) {
		return Other
	}
	return visibleName(raw.Name())
}

func (s *Scrubber) spanContext(c trace.SpanContext) trace.SpanContext {
	if s.Disclosure == DiscloseAll {
		return c
	}
	return c.WithTraceState(trace.TraceState{})
}

// attributes appends to dst what may be seen of a span's.
func (s *Scrubber) attributes(dst []attribute.KeyValue, raw sdktrace.ReadOnlySpan) []attribute.KeyValue {
	switch s.Disclosure {
	case DiscloseAll:
		return append(dst, raw.Attributes()...)
	case DiscloseDeclared:
		attrs := raw.Attributes()
		return s.Policy.Declared(slices.Grow(dst, len(attrs)), attrs)
	}
	var m Message
	m.Fill(s.Policy, s.Hasher, raw, End)
	for i := range m.Properties {
		dst = append(dst, m.Properties[i].attribute())
	}
	return dst
}

func (s *Scrubber) events(raw []sdktrace.Event) []sdktrace.Event {
	if len(raw) == 0 || s.Disclosure == DiscloseAnonymous {
		return nil
	}
	out := make([]sdktrace.Event, len(raw))
	for i, e := range raw {
		out[i] = sdktrace.Event{Name: visibleName(e.Name), Time: e.Time, DroppedAttributeCount: e.DroppedAttributeCount}
		var lost int
		if e.Name == exceptionEvent {
			out[i].Attributes = s.exception(e.Attributes)
		} else if s.Disclosure == DiscloseAll {
			out[i].Attributes, lost = bounded(slices.Clone(e.Attributes))
			out[i].DroppedAttributeCount += lost
		}
	}
	return out
}

func (s *Scrubber) links(raw []sdktrace.Link) []sdktrace.Link {
	if len(raw) == 0 || s.Disclosure == DiscloseAnonymous {
		return nil
	}
	out := make([]sdktrace.Link, len(raw))
	for i, l := range raw {
		out[i] = sdktrace.Link{SpanContext: s.spanContext(l.SpanContext), DroppedAttributeCount: l.DroppedAttributeCount}
		if s.Disclosure == DiscloseAll {
			var lost int
			out[i].Attributes, lost = bounded(slices.Clone(l.Attributes))
			out[i].DroppedAttributeCount += lost
		}
	}
	return out
}

func (s *Scrubber) scope(raw instrumentation.Scope) instrumentation.Scope {
	if s.Disclosure == DiscloseAnonymous {
		return instrumentation.Scope{}
	}
	if s.Disclosure == DiscloseDeclared {
		raw = instrumentation.Scope{Name: raw.Name, Version: raw.Version}
	}
	raw.Name, raw.Version = clip.Text(raw.Name, maxName), clip.Text(raw.Version, maxName)
	return raw
}

// resource merges in favour of what we say about ourselves. The only error
// Merge knows is a conflict of schema URLs, and its result is whole even then.
func (s *Scrubber) resource(raw *resource.Resource) *resource.Resource {
	if s.Disclosure != DiscloseAll {
		return s.Resource
	}
	merged, _ := resource.Merge(raw, s.Resource)
	return merged
}
