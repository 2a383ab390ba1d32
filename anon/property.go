package anon

import (
	"encoding/hex"
	"slices"
	"sort"
	"strconv"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Property is one field of a message with its value. Only this package can
// make one, so a value is always one that its kind allows.
type Property struct {
	field  *field
	number int64  // also: place of a word, set of flags, 1 for true
	text   string // what is digested or a checked version; never a free string
	run    [16]byte
	table  []int64 // of Counts; -1 where a key had no value
}

// Name is the declared name of the field.
func (p *Property) Name() string { return p.field.name }

// fill makes the value and reports whether there is one. slots hold the
// attributes that the event declares.
func (p *Property) fill(h *Hasher, s sdktrace.ReadOnlySpan, slots []*attribute.Value) bool {
	switch {
	case p.field.kind.derived():
		return p.derive(h, s)
	case p.field.kind == kindCounts:
		return p.count(slots)
	}
	v := slots[p.field.at[0]]
	return v != nil && p.read(h, v)
}

// derive takes the value from the span itself.
func (p *Property) derive(h *Hasher, s sdktrace.ReadOnlySpan) bool {
	ended := !s.EndTime().IsZero()
	switch p.field.kind {
	case kindSeconds, kindMillis:
		p.number = max(0, s.EndTime().Sub(s.StartTime()).Milliseconds())
		return ended
	case kindSuccess:
		p.number = truth(OutcomeOf(s) == Succeeded)
		return ended
	case kindState:
		p.number = int64(OutcomeOf(s))
	case kindRunID:
		var ok bool
		p.run, ok = h.runID(s.SpanContext().TraceID())
		return ok
	}
	return true
}

// read takes the value from an attribute whose type is the declared one.
func (p *Property) read(h *Hasher, v *attribute.Value) bool {
	switch p.field.kind {
	case kindEnum:
		p.number = int64(word(p.field.values, v.AsString()))
	case kindBool:
		p.number = truth(v.AsBool())
	case kindCount:
		p.number = v.AsInt64()
		return p.number >= 0
	case kindBucket:
		bounds := p.field.bounds
		p.number = int64(sort.Search(len(bounds), func(i int) bool { return bounds[i] > v.AsInt64() }))
	case kindVersion:
		p.text = coarseVersion(v.AsString())
	case kindHash:
		p.text = h.Sum(v.AsString())
		return p.text != "" || v.AsString() == ""
	case kindFlags:
		p.number = flags(p.field.values, v.AsStringSlice())
	}
	return true
}

func (p *Property) count(slots []*attribute.Value) bool {
	found := false
	p.table = make([]int64, len(p.field.at))
	for i, at := range p.field.at {
		p.table[i] = -1
		if v := slots[at]; v != nil && v.AsInt64() >= 0 {
			p.table[i], found = v.AsInt64(), true
		}
	}
	return found
}

// word is the place of value in words, or the place behind them: Other.
func word(words []string, value string) int {
	if i := slices.Index(words, value); i >= 0 {
		return i
	}
	return len(words)
}

func flags(words, present []string) int64 {
	var set int64
	for i, w := range words {
		if slices.Contains(present, w) {
			set |= 1 << i
		}
	}
	return set
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// AppendJSON appends the property as a member of a JSON object.
func (p *Property) AppendJSON(dst []byte) []byte {
	dst = append(dst, p.field.member...)
	switch p.field.kind {
	case kindEnum, kindBucket:
		return append(dst, p.field.words[p.number]...)
	case kindBool, kindSuccess:
		return strconv.AppendBool(dst, p.number == 1)
	case kindCount, kindMillis:
		return strconv.AppendInt(dst, p.number, 10)
	case kindSeconds:
		return strconv.AppendFloat(dst, float64(p.number)/1000, 'f', -1, 64)
	case kindVersion, kindHash:
		return append(append(append(dst, '"'), p.text...), '"')
	case kindState:
		return append(append(append(dst, '"'), Outcome(p.number).String()...), '"')
	case kindRunID:
		return append(hex.AppendEncode(append(dst, '"'), p.run[:]), '"')
	case kindFlags:
		return p.appendFlags(dst)
	}
	return p.appendCounts(dst)
}

func (p *Property) appendFlags(dst []byte) []byte {
	dst = append(dst, '[')
	first := true
	for i, w := range p.field.words {
		if p.number&(1<<i) == 0 {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		dst, first = append(dst, w...), false
	}
	return append(dst, ']')
}

func (p *Property) appendCounts(dst []byte) []byte {
	dst = append(dst, '{')
	first := true
	for i, n := range p.table {
		if n < 0 {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		dst = append(append(dst, p.field.words[i]...), ':')
		dst, first = strconv.AppendInt(dst, n, 10), false
	}
	return append(dst, '}')
}

// attribute is the property as an OpenTelemetry attribute, for routes whose
// operator wants to see no more than the anonymous route does.
func (p *Property) attribute() attribute.KeyValue {
	name := p.field.name
	switch p.field.kind {
	case kindEnum, kindBucket:
		return attribute.String(name, p.field.labels[p.number])
	case kindBool, kindSuccess:
		return attribute.Bool(name, p.number == 1)
	case kindCount, kindMillis:
		return attribute.Int64(name, p.number)
	case kindSeconds:
		return attribute.Float64(name, float64(p.number)/1000)
	case kindState:
		return attribute.String(name, Outcome(p.number).String())
	case kindRunID:
		return attribute.String(name, hex.EncodeToString(p.run[:]))
	case kindFlags:
		return attribute.StringSlice(name, p.flagWords())
	case kindCounts:
		return attribute.Map(name, p.countPairs()...)
	}
	return attribute.String(name, p.text)
}

func (p *Property) flagWords() []string {
	var out []string
	for i, w := range p.field.labels {
		if p.number&(1<<i) != 0 {
			out = append(out, w)
		}
	}
	return out
}

func (p *Property) countPairs() []attribute.KeyValue {
	var out []attribute.KeyValue
	for i, n := range p.table {
		if n >= 0 {
			out = append(out, attribute.Int64(p.field.labels[i], n))
		}
	}
	return out
}
