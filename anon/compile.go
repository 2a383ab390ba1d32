package anon

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"go.opentelemetry.io/otel/attribute"
)

// maxFields bounds the fields of an event and the words of a Flags field, so
// that both fit into one machine word.
const maxFields = 64

// wireName is what an event or a field may be called: a name that every
// receiver of JSON events takes as it is.
const wireName = "letters, digits and '_', a letter first, at most 64"

func isWireName(name string) bool {
	for i, c := range []byte(name) {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return name != "" && len(name) <= 64
}

// Compile checks the schema and prepares it for use. The error joins every
// problem found and names the event and field of each; the policy is nil then.
func (s Schema) Compile() (*Policy, error) {
	c := compiler{policy: &Policy{version: s.version()}, types: map[attribute.Key]typeUse{}}
	if s.Version < 0 {
		c.fail("schema", "the version is negative")
	}
	for _, e := range s.Events {
		c.event(e)
	}
	c.fields("operator", s.Operator)
	if len(c.problems) > 0 {
		return nil, fmt.Errorf("anon: %w", errors.Join(c.problems...))
	}
	c.policy.declared = newIndex(c.keys())
	return c.policy, nil
}

type compiler struct {
	policy   *Policy
	problems []error
	names    []string
	order    []attribute.Key
	types    map[attribute.Key]typeUse
}

// typeUse remembers which attribute type a key was first declared with.
type typeUse struct {
	typ   attribute.Type
	where string
}

func (c *compiler) fail(where, format string, args ...any) {
	c.problems = append(c.problems, fmt.Errorf("%s: "+format, append([]any{where}, args...)...))
}

func (c *compiler) event(e Event) {
	where := fmt.Sprintf("event %q", e.Name)
	if !isWireName(e.Name) {
		c.fail(where, "the name must be %s", wireName)
	}
	if slices.Contains(c.names, e.Name) {
		c.fail(where, "the name is declared twice")
	}
	c.names = append(c.names, e.Name)
	if e.span() == "" {
		c.fail(where, "no span can make it: it names neither itself nor a span")
	}
	if e.When > StartAndEnd {
		c.fail(where, "%s", e.When)
	}
	c.since(where, e.Since)
	fields := c.fields(where, e.Fields)
	if e.When == Start {
		c.onlyAtEnd(where, e.Fields)
	}
	c.add(&event{Event: e, fields: fields, index: newIndex(sources(fields)), inherits: inherits(fields)}, where)
}

func (c *compiler) add(e *event, where string) {
	for _, other := range c.policy.events {
		if other.span() != e.span() {
			continue
		}
		for _, moment := range [...]Phase{Start, End} {
			if other.When.at(moment) && e.When.at(moment) {
				c.fail(where, "event %q is made from the same span %q at the same moment", other.Name, e.span())
				break
			}
		}
	}
	c.policy.events = append(c.policy.events, e)
}

// onlyAtEnd finds fields that an event made only at the start can never fill.
func (c *compiler) onlyAtEnd(where string, fields []Field) {
	for _, f := range fields {
		if f.kind == kindSeconds || f.kind == kindMillis || f.kind == kindSuccess {
			c.fail(where+fmt.Sprintf(" field %q", f.name), "%s is known only when the span ends, the event is made at its start", f.kind)
		}
	}
}

func (c *compiler) fields(where string, fields []Field) []*field {
	if len(fields) > maxFields {
		c.fail(where, "%d fields, at most %d", len(fields), maxFields)
	}
	out := make([]*field, 0, len(fields))
	seen := map[string]bool{}
	for _, f := range fields {
		at := fmt.Sprintf("%s field %q", where, f.name)
		if seen[f.name] {
			c.fail(at, "the name is declared twice")
		}
		seen[f.name] = true
		c.field(at, f)
		out = append(out, compileField(f))
	}
	return out
}

func (c *compiler) field(at string, f Field) {
	switch {
	case f.kind == 0:
		c.fail(at, "it has no kind: make fields with Enum, Bool, Count and the other functions of package anon")
		return
	case !isWireName(f.name):
		c.fail(at, "the name must be %s", wireName)
	}
	c.since(at, f.since)
	c.values(at, f)
	if f.kind.derived() {
		if f.source != "" {
			c.fail(at, "%s comes from the span itself and not from attribute %q", f.kind, f.source)
		}
		return
	}
	for _, key := range f.keys() {
		c.use(at, key, f.kind.sourceType())
	}
}

func (c *compiler) since(at string, version int) {
	if version < 0 || version > max(1, c.policy.version) {
		c.fail(at, "it is there since version %d, the schema has version %d", version, c.policy.version)
	}
}

// values checks the closed set of a field's values.
func (c *compiler) values(at string, f Field) {
	switch f.kind {
	case kindEnum, kindFlags, kindCounts:
		c.words(at, f)
	case kindBucket:
		if len(f.bounds) == 0 {
			c.fail(at, "a bucket needs at least one bound")
		}
		if !slices.IsSorted(f.bounds) || len(slices.Compact(slices.Clone(f.bounds))) != len(f.bounds) {
			c.fail(at, "the bounds must rise: %v", f.bounds)
		}
	}
}

func (c *compiler) words(at string, f Field) {
	if len(f.values) == 0 {
		c.fail(at, "it declares no values")
	}
	if f.kind != kindEnum && len(f.values) > maxFields {
		c.fail(at, "%d values, at most %d", len(f.values), maxFields)
	}
	seen := map[string]bool{}
	for _, v := range f.values {
		switch {
		case v == "":
			c.fail(at, "a value is empty")
		case seen[v]:
			c.fail(at, "value %q is declared twice", v)
		}
		seen[v] = true
	}
}

// use records that a key is read as a type, and fails where two fields need
// different ones: at most one of them could ever be filled.
func (c *compiler) use(at string, key attribute.Key, typ attribute.Type) {
	first, used := c.types[key]
	if !used {
		c.types[key] = typeUse{typ, at}
		c.order = append(c.order, key)
		return
	}
	if first.typ != typ {
		c.fail(at, "attribute %q is read as %s here and as %s by %s", key, typ, first.typ, first.where)
	}
}

// keys are all declared attributes with the type each must have.
func (c *compiler) keys() []indexed {
	out := make([]indexed, len(c.order))
	for i, key := range c.order {
		out[i] = indexed{key: key, typ: c.types[key].typ}
	}
	return out
}

// keys are the attributes a field reads: one, or one per key of Counts.
func (f Field) keys() []attribute.Key {
	if f.kind != kindCounts {
		return []attribute.Key{f.key()}
	}
	out := make([]attribute.Key, len(f.values))
	for i, v := range f.values {
		out[i] = f.key() + "." + attribute.Key(v)
	}
	return out
}

// quote is s as a JSON string. Names rarely need escapes, and the first Marshal of
// a process costs a short program tens of microseconds. It cannot fail on a
// string.
func quote(s string) string {
	if needsNoEscape(s) {
		return `"` + s + `"`
	}
	b, _ := json.Marshal(s)
	return string(b)
}

func needsNoEscape(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ', c > '~', c == '"', c == '\\', c == '<', c == '>', c == '&':
			return false
		}
	}
	return true
}
