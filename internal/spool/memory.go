package spool

import (
	"slices"
	"time"
)

// memory is the part of the queue that the disk did not take. It holds frames, so that they can go there later.
type memory struct {
	frames  [][]byte
	bytes   int64 // of those that are in no batch
	dropped int64
	out     int // how many of the first frames are in a batch
}

// push adds a copy of frame; the oldest ones that are in no batch make room for it.
func (m *memory) push(frame []byte, limits Limits) {
	for m.full(int64(len(frame)), limits) && len(m.frames) > m.out {
		m.bytes -= int64(len(m.frames[m.out]))
		m.frames = slices.Delete(m.frames, m.out, m.out+1)
		m.dropped++
	}
	if m.full(int64(len(frame)), limits) {
		m.dropped++
		return
	}
	m.frames = append(m.frames, slices.Clone(frame))
	m.bytes += int64(len(frame))
}

// full reports whether one more frame is too much beside those that are in no batch.
func (m *memory) full(more int64, limits Limits) bool {
	return len(m.frames)-m.out >= limits.memoryRecords() || m.bytes+more > limits.memoryBytes()
}

// lend says that the first n frames are in a batch, and so are no longer counted against the limits.
func (m *memory) lend(n int) {
	for _, frame := range m.frames[:n] {
		m.bytes -= int64(len(frame))
	}
	m.out = n
}

// giveBack ends lend; done says that the frames are not needed any more.
func (m *memory) giveBack(done bool) {
	lent := m.out
	for _, frame := range m.frames[:lent] {
		m.bytes += int64(len(frame))
	}
	m.out = 0
	if done {
		m.take(lent)
	}
}

// take removes the first n frames, which are delivered, moved or too old. No batch is out.
func (m *memory) take(n int) {
	for _, frame := range m.frames[:n] {
		m.bytes -= int64(len(frame))
	}
	m.frames = slices.Delete(m.frames, 0, n)
}

// expire drops what is too old, unless a batch is out.
func (m *memory) expire(limits Limits, now time.Time) {
	n := 0
	for m.out == 0 && n < len(m.frames) && limits.expired(frameTime(m.frames[n]), now) {
		n++
	}
	m.take(n)
	m.dropped += int64(n)
}
