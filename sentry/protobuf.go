package sentry

import (
	"encoding/binary"
	"math"
)

// The wire types of protobuf that OTLP needs.
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireFixed32 = 5
)

// appendTag appends the number and the wire type of a field. This file is all of
// protobuf that the route needs: importing it would add more to a program than
// the route itself.
func appendTag(dst []byte, field, wire int) []byte {
	return binary.AppendUvarint(dst, uint64(field)<<3|uint64(wire))
}

func appendVarintField(dst []byte, field int, v uint64) []byte {
	return binary.AppendUvarint(appendTag(dst, field, wireVarint), v)
}

func appendFixed64Field(dst []byte, field int, v uint64) []byte {
	return binary.LittleEndian.AppendUint64(appendTag(dst, field, wireFixed64), v)
}

func appendFixed32Field(dst []byte, field int, v uint32) []byte {
	return binary.LittleEndian.AppendUint32(appendTag(dst, field, wireFixed32), v)
}

func appendDoubleField(dst []byte, field int, v float64) []byte {
	return appendFixed64Field(dst, field, math.Float64bits(v))
}

func appendBytesField[T string | []byte](dst []byte, field int, v T) []byte {
	dst = binary.AppendUvarint(appendTag(dst, field, wireBytes), uint64(len(v)))
	return append(dst, v...)
}

// openField begins a message field. closeField, given what it returned, moves
// the message behind its length, which nobody knows before.
func openField(dst []byte, field int) ([]byte, int) {
	dst = appendTag(dst, field, wireBytes)
	return dst, len(dst)
}

func closeField(dst []byte, start int) []byte {
	var length [binary.MaxVarintLen64]byte
	size := len(dst) - start
	n := binary.PutUvarint(length[:], uint64(size))
	dst = append(dst, length[:n]...)
	copy(dst[start+n:], dst[start:start+size])
	copy(dst[start:], length[:n])
	return dst
}
