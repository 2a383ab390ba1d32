package spool

import (
	"os"
	"time"
)

// Stats is what a queue holds at a moment, all processes together.
type Stats struct {
	Records  int
	Bytes    int64     // with a frame of some 20 bytes each
	Oldest   time.Time // when the oldest record was appended; zero when there is none
	Dropped  int64     // as the method Dropped
	InMemory int       // how many of Records are only in memory
}

// Stats counts what waits, those in a batch included. It only reads: nothing is created, locked or written.
func (q *Queue) Stats() Stats {
	var st Stats
	for _, l := range q.segments() {
		st.addSegment(l)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, frame := range q.memory.frames {
		st.add(1, int64(len(frame)), frameTime(frame))
	}
	st.InMemory = len(q.memory.frames)
	st.Dropped += q.memory.dropped
	return st
}

// Pending reports whether anything waits, at less cost than Stats.
func (q *Queue) Pending() bool {
	for _, l := range q.segments() {
		if e, err := inspect(l); err == nil && e.bytes > 0 {
			return true
		}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.memory.frames) > 0
}

// Abandoned reports whether records wait in a segment that its writer did not seal, and that nobody holds: it was killed,
// or ended without Close.
func (q *Queue) Abandoned() bool {
	for _, l := range q.segments() {
		s, err := lockSegment(l)
		if s == nil {
			continue
		}
		left := err == nil && !s.empty() && !s.head.sealed(s.size)
		s.close()
		if left {
			return true
		}
	}
	return false
}

// InMemory reports whether something waits that is only in memory, because the disk refused it. What a slow disk is spared
// does not count: Close writes it.
func (q *Queue) InMemory() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.memory.frames) > 0 && !q.pace.slow
}

func (st *Stats) add(records int, size int64, oldest time.Time) {
	st.Records += records
	st.Bytes += size
	if records > 0 && (st.Oldest.IsZero() || oldest.Before(st.Oldest)) {
		st.Oldest = oldest
	}
}

// addSegment adds a segment, walking it if it has a writer or lost it. One that cannot be read counts nothing.
func (st *Stats) addSegment(l listed) {
	file, err := openFile(l.path, os.O_RDONLY)
	if err != nil {
		return
	}
	defer file.Close()
	size, _, err := fileState(file)
	if err != nil {
		return
	}
	h, err := readHeader(file, size)
	if err != nil {
		return
	}
	st.Dropped += h.outstanding()
	w := walk(file, h.cursor, size, trimChunk)
	if !w.next() {
		return
	}
	oldest := frameTime(w.frame)
	if h.sealed(size) {
		st.add(int(h.records-h.gone), size-h.cursor, oldest)
		return
	}
	w.chunk = countChunk
	n := 1 + w.skip(func(int64, int64) bool { return false })
	st.add(int(n), w.off-h.cursor, oldest)
}
