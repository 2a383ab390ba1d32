package spool

import (
	"encoding/binary"
	"io"
	"math"
	"time"

	"github.com/cespare/xxhash/v2"
)

// Record is one request waiting to be delivered: what a route sent, without its URL, credentials and other headers.
type Record struct {
	Time            time.Time // when it was appended; zero is replaced by the current time
	ContentType     string    // at most 255 bytes, the rest is cut off
	ContentEncoding string    // the same
	Body            []byte
}

// A frame is a record in a segment, little endian:
//
//	u32 the lower half of the 64-bit xxHash of everything behind it
//	u32 length of everything behind it
//	i64 Unix time in nanoseconds
//	u8  length of the content type
//	u8  length of the content encoding
//	    content type, content encoding, body
//
// The sum covers the length, so that a damaged one is seen as damage.
const (
	framePrefix = 8
	frameFixed  = 8 + 1 + 1
	frameMin    = framePrefix + frameFixed
)

// checksum covers a frame but for itself. xxHash needs no tables, which for the CRC of IEEE take a short program
// 10 microseconds to make.
func checksum(frame []byte) uint32 { return uint32(xxhash.Sum64(frame[4:])) }

// beginFrame appends a frame to buf up to where the body starts; endFrame completes it when buf was empty.
func beginFrame(buf []byte, at time.Time, contentType, contentEncoding string) []byte {
	contentType = contentType[:min(len(contentType), math.MaxUint8)]
	contentEncoding = contentEncoding[:min(len(contentEncoding), math.MaxUint8)]
	buf = append(buf, make([]byte, framePrefix)...)
	buf = binary.LittleEndian.AppendUint64(buf, uint64(at.UnixNano()))
	buf = append(buf, byte(len(contentType)), byte(len(contentEncoding)))
	buf = append(buf, contentType...)
	return append(buf, contentEncoding...)
}

// endFrame writes length and sum into a frame that has its body.
func endFrame(frame []byte) {
	binary.LittleEndian.PutUint32(frame[4:], uint32(len(frame)-framePrefix))
	binary.LittleEndian.PutUint32(frame, checksum(frame))
}

// appendBody reads body to its end behind frame, or until the frame is longer than limit. hint is the expected length,
// or less than nothing.
func appendBody(frame []byte, body io.Reader, hint, limit int64) ([]byte, error) {
	if hint > 0 && hint <= limit {
		frame = grow(frame, int(hint)+1) // one more, so that the end is seen without growing again
	}
	for int64(len(frame)) <= limit {
		if len(frame) == cap(frame) {
			frame = grow(frame, 512)
		}
		n, err := body.Read(frame[len(frame):cap(frame)])
		frame = frame[:len(frame)+n]
		if err == io.EOF {
			return frame, nil
		}
		if err != nil {
			return frame, err
		}
	}
	return frame, nil
}

// grow returns b with room for n more bytes.
func grow(b []byte, n int) []byte {
	if cap(b)-len(b) >= n {
		return b
	}
	return append(make([]byte, 0, max(2*cap(b), len(b)+n)), b...)
}

// frameLength returns the whole length of the frame that begins with b, which holds at least its prefix. ok is false for
// a length that no frame has.
func frameLength(b []byte) (n int64, ok bool) {
	n = int64(binary.LittleEndian.Uint32(b[4:])) + framePrefix
	return n, n >= frameMin && n <= maxFrame
}

// intact reports whether a whole frame has the contents it was written with.
func intact(frame []byte) bool {
	strings := int(frame[framePrefix+8]) + int(frame[framePrefix+9])
	return len(frame) >= frameMin+strings && checksum(frame) == binary.LittleEndian.Uint32(frame)
}

// frameTime returns when the record of an intact frame was appended.
func frameTime(frame []byte) time.Time {
	return time.Unix(0, int64(binary.LittleEndian.Uint64(frame[framePrefix:])))
}

// decode returns the record of an intact frame. Its body is part of frame; its strings are those of like where they are
// equal, since most records of a queue share them.
func decode(frame []byte, like Record) Record {
	n, m := int(frame[framePrefix+8]), int(frame[framePrefix+9])
	rest := frame[frameMin:]
	return Record{
		Time:            frameTime(frame),
		ContentType:     share(rest[:n], like.ContentType),
		ContentEncoding: share(rest[n:n+m], like.ContentEncoding),
		Body:            rest[n+m : len(rest) : len(rest)],
	}
}

func share(b []byte, like string) string {
	if string(b) == like {
		return like
	}
	return string(b)
}
