package anon

import "go.opentelemetry.io/otel/attribute"

// sampleText stands for every name that leaves as a digest.
const sampleText = "example"

// Sample returns the name and the attributes of a span that makes the event,
// with every field filled: an example to show.
func (e Event) Sample() (span string, attrs []attribute.KeyValue) {
	for _, f := range e.Fields {
		for _, key := range f.keys() {
			if kv := f.sample(key); kv.Valid() {
				attrs = append(attrs, kv)
			}
		}
	}
	return e.span(), attrs
}

// sample is the zero KeyValue for a field that is made from the span itself.
func (f Field) sample(key attribute.Key) attribute.KeyValue {
	switch f.kind {
	case kindEnum:
		return key.String(first(f.values))
	case kindBool:
		return key.Bool(true)
	case kindCount:
		return key.Int64(0)
	case kindBucket:
		return key.Int64(first(f.bounds))
	case kindVersion:
		return key.String("1.2.3")
	case kindHash:
		return key.String(sampleText)
	case kindFlags:
		return key.StringSlice(f.values)
	case kindCounts:
		return key.Int64(1)
	}
	return attribute.KeyValue{}
}

// first is the zero value for a field that does not compile.
func first[T any](list []T) (v T) {
	if len(list) > 0 {
		v = list[0]
	}
	return v
}
