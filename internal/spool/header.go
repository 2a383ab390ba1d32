package spool

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// A segment begins with a header of 64 bytes, little endian:
//
//	0   "otspool" and the format's version
//	8   cursor: offset of the first frame that still waits
//	16  gone: how many frames lie before the cursor
//	24  dropped: records of this queue that were given up, counted wherever a segment was at hand
//	32  end: where the last whole frame ended when the segment was sealed
//	40  records: how many frames lie before that end
//	48  reported: how many of the dropped ones have been told with a delivery
//	56  state: 1 for a segment that is being removed
//
// The first three and the next two are each written with one call, which a killed process has made or has not. They are
// written under the segment's lock; reported is written without it, but only by the one uploader there is.
const (
	headerSize = 64

	magic = "otspool\x02"

	offCursor   = 8
	offEnd      = 32
	offReported = 48
	offState    = 56

	stateDead = 1
)

type header struct {
	cursor, gone, dropped, end, records, reported, state int64
}

var (
	// errForeign is a file of another version or of somebody else.
	errForeign = errors.New("not a segment of this version")
	// errShort is a segment whose writer died before it had written the header.
	errShort = errors.New("segment without a header")
	// errDead is a segment whose remover died, or is at it.
	errDead = errors.New("segment is being removed")
)

// newHeader is the header of a segment without frames.
func newHeader() header { return header{cursor: headerSize, end: headerSize} }

func (h header) encode() []byte {
	b := append(make([]byte, 0, headerSize), magic...)
	for _, word := range []int64{h.cursor, h.gone, h.dropped, h.end, h.records, h.reported, h.state} {
		b = binary.LittleEndian.AppendUint64(b, uint64(word))
	}
	return b
}

// readHeader reads the header of a file of the given size and makes sense of it: a cursor outside of the file is taken
// back to the first frame, because a record delivered twice can be recognised and a lost one cannot.
func readHeader(file io.ReaderAt, size int64) (header, error) {
	var b [headerSize]byte
	if size < headerSize {
		return header{}, errShort
	}
	if _, err := file.ReadAt(b[:], 0); err != nil {
		return header{}, err
	}
	if string(b[:len(magic)]) != magic {
		return header{}, errForeign
	}
	word := func(off int) int64 { return int64(binary.LittleEndian.Uint64(b[off:])) }
	h := header{word(8), word(16), word(24), word(32), word(40), word(48), word(56)}
	if h.state == stateDead {
		return h, errDead
	}
	if h.cursor < headerSize || h.cursor > size {
		h.cursor = headerSize
	}
	if h.gone < 0 || h.gone > (h.cursor-headerSize)/frameMin {
		h.gone = 0
	}
	return h, nil
}

// sealed reports whether end and records describe a file of the given size. They do not while it has a writer that has
// appended, and after one was killed.
func (h header) sealed(size int64) bool {
	waiting := h.records - h.gone
	return h.end == size && h.records >= h.gone && waiting <= (h.end-h.cursor)/frameMin && (waiting > 0 || h.cursor == h.end)
}

// outstanding is how many dropped records have not been reported. Figures that only damage can explain count as none.
func (h header) outstanding() int64 {
	if n := h.dropped - h.reported; n >= 0 && n < 1<<40 {
		return n
	}
	return 0
}

// writeWords writes words one after the other from offset off of a header, with one call.
func writeWords(file *os.File, off int64, words ...int64) error {
	var b [headerSize]byte
	for i, word := range words {
		binary.LittleEndian.PutUint64(b[8*i:], uint64(word))
	}
	_, err := file.WriteAt(b[:8*len(words)], off)
	return err
}
