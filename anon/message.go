package anon

import (
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Message is one anonymous event made from one span. It holds only what its
// schema declares. Reuse one Message for many spans to save allocations; it
// is not safe for concurrent use.
type Message struct {
	// Event is the declared name of the event.
	Event string

	// Time is when the span ended, or started for an event made at the start.
	Time time.Time

	// Properties are the fields that had a value, in declared order.
	Properties []Property

	event *event
	slots []*attribute.Value
}

// Fill makes the event of a span at a moment, Start or End, and reports
// whether the policy declares one. Without it m is left empty.
func (m *Message) Fill(p *Policy, h *Hasher, s sdktrace.ReadOnlySpan, moment Phase) bool {
	m.Event, m.event, m.Properties = "", nil, m.Properties[:0]
	e := p.eventOf(s.Name(), moment)
	if e == nil {
		return false
	}
	m.Event, m.event, m.Time = e.Name, e, s.EndTime()
	if moment == Start {
		m.Time = s.StartTime()
	}
	m.locate(s.Attributes())
	for _, f := range e.fields {
		m.add(f, h, s)
	}
	clear(m.slots)
	return true
}

// AppendProperties appends the members of the properties as JSON, separated
// by commas and without the braces around them.
func (m *Message) AppendProperties(dst []byte) []byte {
	for i := range m.Properties {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = m.Properties[i].AppendJSON(dst)
	}
	return dst
}

// locate points a slot at each attribute the event declares. The last value
// of a repeated key stands, as the SDK has it.
func (m *Message) locate(attrs []attribute.KeyValue) {
	if cap(m.slots) < m.event.index.size {
		m.slots = make([]*attribute.Value, m.event.index.size)
	}
	m.slots = m.slots[:m.event.index.size]
	for i := range attrs {
		if at := m.event.index.find(&attrs[i]); at >= 0 {
			m.slots[at] = &attrs[i].Value
		}
	}
}

// add makes the value of a field, if the span has one.
func (m *Message) add(f *field, h *Hasher, s sdktrace.ReadOnlySpan) {
	last := len(m.Properties)
	m.Properties = append(m.Properties, Property{field: f})
	if !m.Properties[last].fill(h, s, m.slots) {
		m.Properties = m.Properties[:last]
	}
}

func (e *event) inheritsAny() bool { return e != nil && e.inherits }

// inherited appends what the event declares and inherits, have has and dst does
// not.
func (e *event) inherited(dst, have []attribute.KeyValue) []attribute.KeyValue {
	for i := range have {
		at := e.index.find(&have[i])
		if at >= 0 && e.inheritsAt(at) && !holds(dst, have[i].Key) {
			dst = append(dst, have[i])
		}
	}
	return dst
}

func (e *event) inheritsAt(at int) bool {
	for _, f := range e.fields {
		if f.kind.inherited() && f.at[0] == at {
			return true
		}
	}
	return false
}

func holds(attrs []attribute.KeyValue, key attribute.Key) bool {
	for i := range attrs {
		if attrs[i].Key == key {
			return true
		}
	}
	return false
}
