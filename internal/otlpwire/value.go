package otlpwire

import (
	"math"

	"go.opentelemetry.io/otel/attribute"
)

// The fields of KeyValue, AnyValue, ArrayValue and KeyValueList.
const (
	keyValueKey, keyValueValue = 1, 2

	anyString, anyBool, anyInt, anyDouble = 1, 2, 3, 4
	anyArray, anyMap, anyBytes            = 5, 6, 7

	listValues = 1 // of both kinds of list
)

func appendKeyValues(dst []byte, field int, attrs []attribute.KeyValue) []byte {
	for i := range attrs {
		var start int
		dst, start = open(dst, field)
		dst = appendText(dst, keyValueKey, string(attrs[i].Key))
		dst = appendValue(dst, keyValueValue, attrs[i].Value)
		dst = shut(dst, start)
	}
	return dst
}

// appendValue appends a value. A value of a kind that OTLP does not know yet
// goes as its text.
func appendValue(dst []byte, field int, v attribute.Value) []byte {
	dst, start := open(dst, field)
	switch v.Type() {
	case attribute.EMPTY:
	case attribute.STRING:
		dst = appendString(dst, anyString, v.AsString())
	case attribute.BOOL:
		dst = appendBool(dst, v.AsBool())
	case attribute.INT64:
		dst = appendVarint(dst, anyInt, uint64(v.AsInt64()))
	case attribute.FLOAT64:
		dst = appendFixed64(dst, anyDouble, math.Float64bits(v.AsFloat64()))
	case attribute.BYTESLICE:
		dst = appendBytes(dst, anyBytes, v.AsByteSlice())
	case attribute.MAP:
		dst = appendMap(dst, v.AsMap())
	case attribute.STRINGSLICE, attribute.BOOLSLICE, attribute.INT64SLICE, attribute.FLOAT64SLICE, attribute.SLICE:
		dst = appendArray(dst, v)
	default:
		dst = appendString(dst, anyString, v.String())
	}
	return shut(dst, start)
}

func appendBool(dst []byte, b bool) []byte {
	if b {
		return appendVarint(dst, anyBool, 1)
	}
	return appendVarint(dst, anyBool, 0)
}

func appendMap(dst []byte, members []attribute.KeyValue) []byte {
	dst, start := open(dst, anyMap)
	return shut(appendKeyValues(dst, listValues, members), start)
}

func appendArray(dst []byte, v attribute.Value) []byte {
	dst, start := open(dst, anyArray)
	switch v.Type() {
	case attribute.STRINGSLICE:
		dst = appendEach(dst, v.AsStringSlice(), attribute.StringValue)
	case attribute.BOOLSLICE:
		dst = appendEach(dst, v.AsBoolSlice(), attribute.BoolValue)
	case attribute.INT64SLICE:
		dst = appendEach(dst, v.AsInt64Slice(), attribute.Int64Value)
	case attribute.FLOAT64SLICE:
		dst = appendEach(dst, v.AsFloat64Slice(), attribute.Float64Value)
	default:
		dst = appendEach(dst, v.AsSlice(), func(v attribute.Value) attribute.Value { return v })
	}
	return shut(dst, start)
}

func appendEach[T any](dst []byte, all []T, value func(T) attribute.Value) []byte {
	for _, v := range all {
		dst = appendValue(dst, listValues, value(v))
	}
	return dst
}
