package spool

import (
	"encoding/binary"
	"path/filepath"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"
)

// FuzzReader reads a segment of any bytes, as an uploader and as the next writer does: no panic, no error, no record with
// a wrong checksum, nothing read twice, an end.
func FuzzReader(f *testing.F) {
	whole, ends := segmentBytes("first", "", "third")
	f.Add(whole)
	f.Add(whole[:ends[1]+7])
	f.Add([]byte{})
	f.Add(newHeader().encode())
	sealed := append([]byte(nil), whole...)
	copy(sealed[offEnd:], binary.LittleEndian.AppendUint64(nil, uint64(len(whole))))
	sealed[offEnd+8] = 3
	f.Add(sealed)
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		at := time.Now()
		writeFile(t, filepath.Join(dir, newName(at)), b)
		reader := Open(dir, Limits{Age: 200 * 365 * 24 * time.Hour})
		st := reader.Stats()
		found := 0
		for {
			batch, err := reader.Next(2, 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			if batch == nil {
				break
			}
			for _, r := range batch.Records {
				found++
				if !contains(b, r) {
					t.Fatalf("a record that was never written: %q", r)
				}
			}
			if err := batch.Done(0); err != nil {
				t.Fatal(err)
			}
		}
		if st.Records < 0 || st.Bytes < 0 || st.Dropped < 0 || reader.Dropped() < 0 || found > len(b)/frameMin {
			t.Fatalf("%+v, %d records found, %d dropped", st, found, reader.Dropped())
		}
		writeFile(t, filepath.Join(dir, newName(at.Add(-time.Second))), b)
		writer := Open(dir, Limits{Records: 2})
		appendText(writer, "new")
		if rest := drain(t, writer); len(rest) == 0 || rest[len(rest)-1] != "new" {
			t.Fatalf("read %q", rest)
		}
		if err := writer.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// contains reports whether b has, anywhere, a frame with a right checksum that holds r.
func contains(b []byte, r Record) bool {
	size := frameFixed + len(r.ContentType) + len(r.ContentEncoding) + len(r.Body)
	for i := 0; i+framePrefix+size <= len(b); i++ {
		frame := b[i : i+framePrefix+size]
		if binary.LittleEndian.Uint32(frame[4:]) == uint32(size) &&
			binary.LittleEndian.Uint32(frame) == uint32(xxhash.Sum64(frame[4:])) {
			return true
		}
	}
	return false
}
