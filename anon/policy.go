package anon

import (
	"fmt"
	"strconv"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Policy is a compiled [Schema]. It never changes and may be used by many
// goroutines at once. A nil Policy lets nothing through.
type Policy struct {
	version  int
	events   []*event
	declared index
}

// Version is the version of the schema the policy was compiled from.
func (p *Policy) Version() int {
	if p == nil {
		return 0
	}
	return p.version
}

// Inherited appends to dst what a span called name takes over from an ancestor:
// attributes that an event of the span declares, names and versions and not
// measurements, and that dst does not have yet. It is what lets a step say which
// pipeline it belongs to without being told again.
func (p *Policy) Inherited(dst []attribute.KeyValue, name string, ancestor sdktrace.ReadOnlySpan) []attribute.KeyValue {
	atStart, atEnd := p.eventOf(name, Start), p.eventOf(name, End)
	if atStart == atEnd {
		atStart = nil
	}
	for _, e := range [...]*event{atStart, atEnd} {
		if e.inheritsAny() {
			dst = e.inherited(dst, ancestor.Attributes())
		}
	}
	return dst
}

// eventOf returns the event made from spans called name at a moment, or nil.
// Schemas declare a handful of events, so that a walk is the fastest search.
func (p *Policy) eventOf(name string, moment Phase) *event {
	if p == nil {
		return nil
	}
	for _, e := range p.events {
		if e.span() == name && e.When.at(moment) {
			return e
		}
	}
	return nil
}

// declares reports whether spans called name make an event.
func (p *Policy) declares(name string) bool {
	return p.eventOf(name, End) != nil || p.eventOf(name, Start) != nil
}

// event is an Event prepared for use.
type event struct {
	Event
	fields   []*field
	index    index
	inherits bool
}

// field is a Field prepared for use: all the text it can produce is already
// written as JSON.
type field struct {
	Field
	member string   // "name":
	words  []string // the closed vocabulary as JSON
	labels []string // the same as plain words
	at     []int    // places of its attributes in the event's index
}

func compileField(f Field) *field {
	c := &field{Field: f, member: quote(f.name) + ":"}
	switch f.kind {
	case kindEnum:
		c.labels = append(append(c.labels, f.values...), Other)
	case kindBucket:
		c.labels = bucketLabels(f.bounds)
	case kindFlags, kindCounts:
		c.labels = f.values
	}
	for _, label := range c.labels {
		c.words = append(c.words, quote(label))
	}
	return c
}

// sources lists the attributes that fields read, each once, and notes in each
// field where its own stand: two fields may read the same attribute.
func sources(fields []*field) []indexed {
	var out []indexed
	places := map[attribute.Key]int{}
	for _, f := range fields {
		if f.kind.derived() {
			continue
		}
		for _, key := range f.keys() {
			at, known := places[key]
			if !known {
				at = len(out)
				places[key] = at
				out = append(out, indexed{key: key, typ: f.kind.sourceType()})
			}
			f.at = append(f.at, at)
		}
	}
	return out
}

func bucketLabels(bounds []int64) []string {
	if len(bounds) == 0 {
		return nil
	}
	labels := []string{fmt.Sprintf("<%d", bounds[0])}
	for i, low := range bounds[:len(bounds)-1] {
		if high := bounds[i+1] - 1; high > low {
			labels = append(labels, fmt.Sprintf("%d-%d", low, high))
		} else {
			labels = append(labels, strconv.FormatInt(low, 10))
		}
	}
	return append(labels, fmt.Sprintf("%d+", bounds[len(bounds)-1]))
}

func inherits(fields []*field) bool {
	for _, f := range fields {
		if f.kind.inherited() {
			return true
		}
	}
	return false
}
