package sentry

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
)

// appendString appends s as a JSON string. Plain text, which is nearly all
// there is, is copied as it stands.
func appendString(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c >= 0x7f {
			return appendEscaped(dst, s)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}

// appendEscaped leaves the escapes to encoding/json, which cannot fail on a
// string.
func appendEscaped(dst []byte, s string) []byte {
	b, _ := json.Marshal(s)
	return append(dst, b...)
}

func appendHex(dst, id []byte) []byte {
	dst = append(dst, '"')
	dst = hex.AppendEncode(dst, id)
	return append(dst, '"')
}

// appendTime appends a time as Sentry counts it: seconds since 1970, to the
// microsecond.
func appendTime(dst []byte, t time.Time) []byte {
	micros := t.UnixMicro()
	if micros < 0 {
		micros = 0
	}
	dst = strconv.AppendInt(dst, micros/1e6, 10)
	rest := micros%1e6 + 1e6 // keeps leading zeros
	at := len(dst)
	dst = strconv.AppendInt(dst, rest, 10)
	dst[at] = '.'
	return dst
}

// appendAttributes appends those attributes that fit into room bytes as members
// of an object, the first one without a comma before it, and how many do not,
// with those that were dropped before.
func appendAttributes(dst []byte, attrs []attribute.KeyValue, dropped, room int) []byte {
	start := len(dst)
	for i := range attrs {
		before := len(dst)
		if exceeds(attrs[i].Value, room-(before-start)) {
			dropped++
			continue
		}
		dst = appendName(dst, start, string(attrs[i].Key))
		dst = appendValue(dst, attrs[i].Value)
		if len(dst)-start > room {
			dst = dst[:before]
			dropped++
		}
	}
	if dropped > 0 {
		dst = appendInt(appendName(dst, start, droppedKey), dropped)
	}
	return dst
}

// exceeds is true for a text that cannot fit into room bytes, however it is
// encoded.
func exceeds(v attribute.Value, room int) bool {
	return v.Type() == attribute.STRING && len(v.AsString()) > room
}

// appendName appends the name of a member of an object whose first one is at
// start.
func appendName(dst []byte, start int, name string) []byte {
	if len(dst) > start {
		dst = append(dst, ',')
	}
	return append(appendString(dst, name), ':')
}

func appendValue(dst []byte, v attribute.Value) []byte {
	switch v.Type() {
	case attribute.STRING:
		return appendString(dst, v.AsString())
	case attribute.BOOL:
		return strconv.AppendBool(dst, v.AsBool())
	case attribute.INT64:
		return strconv.AppendInt(dst, v.AsInt64(), 10)
	case attribute.FLOAT64:
		return appendFloat(dst, v.AsFloat64())
	case attribute.STRINGSLICE, attribute.BOOLSLICE, attribute.INT64SLICE:
		b, _ := json.Marshal(v.AsInterface())
		return append(dst, b...)
	}
	return appendString(dst, v.String())
}

// appendFloat writes what JSON has no number for as text.
func appendFloat(dst []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return appendString(dst, strconv.FormatFloat(f, 'g', -1, 64))
	}
	return strconv.AppendFloat(dst, f, 'g', -1, 64)
}

func appendInt(dst []byte, n int) []byte { return strconv.AppendInt(dst, int64(n), 10) }
