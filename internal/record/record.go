package record

import (
	"encoding/json"
	"strconv"
	"time"
)

// Object is the content of a JSON object. A member that is not there, or null,
// reads as the zero value of its kind. One of another kind does too, and makes
// the whole text unsound, as does a name that stands twice.
type Object struct {
	members map[string]any // string, number, bool, Object or foreign
	unsound *bool          // of the whole text
}

// number is one as it is written; foreign is what no record has: a list, or a
// string in a form that is never written here.
type (
	number  string
	foreign struct{}
)

// Parse reads a text that is one JSON object; ok is false for any other.
func Parse(text []byte) (o Object, ok bool) {
	if !json.Valid(text) {
		return Object{unsound: new(bool)}, false
	}
	r := &reader{rest: text, unsound: new(bool)}
	if o, ok = r.value().(Object); !ok {
		return Object{unsound: new(bool)}, false
	}
	return o, true
}

// Sound reports whether all members that were read up to now were of the kind
// they were taken for.
func (o Object) Sound() bool { return !*o.unsound }

// Text returns a string.
func (o Object) Text(name string) string { return read[string](o, name) }

// Bool returns a truth value.
func (o Object) Bool(name string) bool { return read[bool](o, name) }

// Int returns a whole number.
func (o Object) Int(name string) int {
	text := read[number](o, name)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(string(text))
	o.check(err)
	return n
}

// Time returns a time, which is a string in the form of RFC 3339.
func (o Object) Time(name string) time.Time {
	if _, found := o.members[name]; !found {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339Nano, o.Text(name))
	o.check(err)
	return t
}

// Each hands over the objects in an object, by name and in no order.
func (o Object) Each(name string, do func(name string, member Object)) {
	all := read[Object](o, name)
	for member := range all.members {
		do(member, read[Object](all, member))
	}
}

func (o Object) check(err error) {
	if err != nil {
		*o.unsound = true
	}
}

func read[T any](o Object, name string) T {
	member, found := o.members[name]
	value, ok := member.(T)
	if found && !ok {
		*o.unsound = true
	}
	return value
}
