package anon

import (
	"slices"

	"go.opentelemetry.io/otel/attribute"
)

// Other is the value of an [Enum] whose source held a value that was not
// declared.
const Other = "other"

// Field is one declared piece of data: its name in a message, the span
// attribute it is made from, and the kind that bounds its values. Fields are
// made by the functions of this package ([Enum], [Bool], [Count] and so on);
// the zero Field does not compile. A Field is a value: its methods return a
// changed copy.
type Field struct {
	name   string
	source attribute.Key
	kind   kind
	values []string
	bounds []int64
	doc    string
	review string
	since  int
}

// From names the span attribute the field is made from. Without it the
// attribute is the one that has the field's own name. Kinds that are derived
// from the span itself (Seconds, Millis, Success, State, RunID) take none.
func (f Field) From(key attribute.Key) Field {
	f.source = key
	return f
}

// Doc says for the reader of the published schema why the field is wanted.
func (f Field) Doc(text string) Field {
	f.doc = text
	return f
}

// Review links to the public discussion that approved the field.
func (f Field) Review(url string) Field {
	f.review = url
	return f
}

// Since names the version of the schema that brought the field, or that last
// made it let out more. People who
// consented to an older one are not asked for it until they consent again: see
// [Schema.Until]. Without it the field was there from the first version.
func (f Field) Since(version int) Field {
	f.since = version
	return f
}

// Enum is a word out of a closed list. Its source is a string attribute; a
// value outside the list becomes [Other].
func Enum(name string, values ...string) Field {
	return Field{name: name, kind: kindEnum, values: slices.Clone(values)}
}

// Bool is true or false, from a bool attribute.
func Bool(name string) Field { return Field{name: name, kind: kindBool} }

// Count is an exact number, zero or more, from an int attribute. A negative
// one is left out. Prefer [Bucket] where an exact number could single out a
// machine.
func Count(name string) Field { return Field{name: name, kind: kindCount} }

// Bucket is a number told only by the range it falls in, from an int
// attribute. The bounds are the first numbers of the ranges, rising: 1, 10, 100
// gives the values "<1", "1-9", "10-99" and "100+".
func Bucket(name string, bounds ...int64) Field {
	return Field{name: name, kind: kindBucket, bounds: slices.Clone(bounds)}
}

// Version is a release number such as 1.22.3 or 2.0.0-rc.1, from a string
// attribute. Anything else becomes "devel".
func Version(name string) Field { return Field{name: name, kind: kindVersion} }

// Hash is a name told only as its keyed digest (see [Hasher]), from a string
// attribute. The empty string stays empty.
func Hash(name string) Field { return Field{name: name, kind: kindHash} }

// Flags is the set of those declared words that are present in a string slice
// attribute; words that were not declared are left out. At most 64 words.
func Flags(name string, values ...string) Field {
	return Field{name: name, kind: kindFlags, values: slices.Clone(values)}
}

// Counts is a small table of numbers under fixed keys, from the int attributes
// source+"."+key. Keys that were not declared are left out, negative numbers
// too.
func Counts(name string, keys ...string) Field {
	return Field{name: name, kind: kindCounts, values: slices.Clone(keys)}
}

// Seconds is the span's own duration in seconds, to the millisecond.
func Seconds(name string) Field { return Field{name: name, kind: kindSeconds} }

// Millis is the span's own duration in whole milliseconds.
func Millis(name string) Field { return Field{name: name, kind: kindMillis} }

// Success is whether the span succeeded: neither failed nor canceled.
func Success(name string) Field { return Field{name: name, kind: kindSuccess} }

// State is one of started, succeeded, failed and canceled.
func State(name string) Field { return Field{name: name, kind: kindState} }

// RunID is the same for all events of one run and different for every run: 32
// hexadecimal digits made from the trace id with the key of the install (see
// [Hasher.RunID]). Whoever receives it cannot find the trace in the operator's
// own systems; the operator, who has the key, can.
func RunID(name string) Field { return Field{name: name, kind: kindRunID} }

// key is the attribute the field reads.
func (f Field) key() attribute.Key {
	if f.source != "" {
		return f.source
	}
	return attribute.Key(f.name)
}
