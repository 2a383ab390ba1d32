package otlpwire

import (
	"encoding/binary"
	"math"
	"strings"
)

// The wire types of protobuf that OTLP needs.
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireFixed32 = 5
)

// appendTag appends the number and the wire type of a field.
func appendTag(dst []byte, field, wire int) []byte {
	return binary.AppendUvarint(dst, uint64(field)<<3|uint64(wire))
}

func appendVarint(dst []byte, field int, v uint64) []byte {
	return binary.AppendUvarint(appendTag(dst, field, wireVarint), v)
}

// appendCount appends a number of things, of which zero is the default.
func appendCount(dst []byte, field, n int) []byte {
	if n <= 0 {
		return dst
	}
	return appendVarint(dst, field, min(uint64(n), math.MaxUint32))
}

func appendFixed64(dst []byte, field int, v uint64) []byte {
	return binary.LittleEndian.AppendUint64(appendTag(dst, field, wireFixed64), v)
}

func appendFixed32(dst []byte, field int, v uint32) []byte {
	return binary.LittleEndian.AppendUint32(appendTag(dst, field, wireFixed32), v)
}

func appendBytes(dst []byte, field int, v []byte) []byte {
	dst = binary.AppendUvarint(appendTag(dst, field, wireBytes), uint64(len(v)))
	return append(dst, v...)
}

// appendString appends a string, also an empty one. Strings are UTF-8 in protobuf.
func appendString(dst []byte, field int, v string) []byte {
	v = strings.ToValidUTF8(v, "\uFFFD")
	dst = binary.AppendUvarint(appendTag(dst, field, wireBytes), uint64(len(v)))
	return append(dst, v...)
}

// appendText appends a string of which the empty one is the default.
func appendText(dst []byte, field int, v string) []byte {
	if v == "" {
		return dst
	}
	return appendString(dst, field, v)
}

// open begins a message field. shut, given what open returned, moves the
// message behind its length, which nobody knows before.
func open(dst []byte, field int) ([]byte, int) {
	dst = appendTag(dst, field, wireBytes)
	return dst, len(dst)
}

func shut(dst []byte, start int) []byte {
	var length [binary.MaxVarintLen64]byte
	size := len(dst) - start
	n := binary.PutUvarint(length[:], uint64(size))
	dst = append(dst, length[:n]...)
	copy(dst[start+n:], dst[start:start+size])
	copy(dst[start:], length[:n])
	return dst
}
