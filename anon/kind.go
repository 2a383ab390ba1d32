package anon

import "go.opentelemetry.io/otel/attribute"

// kind bounds the values of a field. The list is closed on purpose: there is
// no kind for a free string.
type kind uint8

const (
	kindEnum kind = iota + 1
	kindBool
	kindCount
	kindBucket
	kindVersion
	kindHash
	kindFlags
	kindCounts
	kindSeconds
	kindMillis
	kindSuccess
	kindState
	kindRunID
)

var kindNames = [...]string{
	kindEnum: "enum", kindBool: "bool", kindCount: "count", kindBucket: "bucket",
	kindVersion: "version", kindHash: "hash", kindFlags: "flags", kindCounts: "counts",
	kindSeconds: "seconds", kindMillis: "millis", kindSuccess: "success",
	kindState: "state", kindRunID: "run id",
}

func (k kind) String() string {
	if int(k) < len(kindNames) && k > 0 {
		return kindNames[k]
	}
	return "none"
}

// derived reports whether the value comes from the span itself and not from
// one of its attributes.
func (k kind) derived() bool { return k >= kindSeconds && k <= kindRunID }

// sourceType is the only attribute type the kind reads. A value of another
// type, however it got there, does not pass.
func (k kind) sourceType() attribute.Type {
	switch k {
	case kindEnum, kindVersion, kindHash:
		return attribute.STRING
	case kindBool:
		return attribute.BOOL
	case kindCount, kindBucket, kindCounts:
		return attribute.INT64
	case kindFlags:
		return attribute.STRINGSLICE
	}
	return attribute.EMPTY
}

// inherited reports whether a step takes the value from the span it was
// started in when it has none of its own: what a run is about is the same for
// its steps, what was measured is not.
func (k kind) inherited() bool {
	return k == kindEnum || k == kindVersion || k == kindHash
}
