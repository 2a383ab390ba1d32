package spool

import (
	"bytes"
	"slices"
	"time"
)

// maxWrite is about how much goes from memory to the disk with one write.
const maxWrite = 256 << 10

// memory is the part of the queue that the disk did not take, or is not asked to take yet. It holds frames, so that they
// can go there later.
type memory struct {
	frames  [][]byte
	bytes   int64 // of those that are in no batch
	dropped int64
	out     int // how many of the first frames are in a batch
}

// push adds a copy of frame; the oldest ones that are in no batch make room for it.
func (m *memory) push(frame []byte, limits Limits) {
	m.frames = append(m.frames, slices.Clone(frame))
	m.bytes += int64(len(frame))
	for len(m.waiting()) > limits.memoryRecords() || m.bytes > limits.memoryBytes() {
		m.drop(1)
	}
}

// full reports whether one more frame is too much.
func (m *memory) full(more int64, limits Limits) bool {
	return len(m.waiting()) >= limits.memoryRecords() || m.bytes+more > limits.memoryBytes()
}

// waiting are the frames that are in no batch.
func (m *memory) waiting() [][]byte { return m.frames[m.out:] }

// chunk returns the oldest frames that are in no batch, one behind the other, and how many they are: the first one, and as
// many more as are not longer than size together.
func (m *memory) chunk(size int) ([]byte, int) {
	n := 0
	for _, frame := range m.waiting() {
		if size -= len(frame); n > 0 && size < 0 {
			break
		}
		n++
	}
	return bytes.Join(m.waiting()[:n], nil), n
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
	if done {
		m.frames = slices.Delete(m.frames, 0, m.out)
		m.out = 0
	}
	for _, frame := range m.frames[:m.out] {
		m.bytes += int64(len(frame))
	}
	m.out = 0
}

// take removes the first n frames that are in no batch: they are delivered, moved, too old or too many.
func (m *memory) take(n int) {
	for _, frame := range m.waiting()[:n] {
		m.bytes -= int64(len(frame))
	}
	m.frames = slices.Delete(m.frames, m.out, m.out+n)
}

// expire drops what is too old, unless a batch is out.
func (m *memory) expire(limits Limits, now time.Time) {
	for m.out == 0 && len(m.frames) > 0 && limits.expired(frameTime(m.frames[0]), now) {
		m.drop(1)
	}
}

// drop takes and counts the first n frames that are in no batch.
func (m *memory) drop(n int) {
	m.take(n)
	m.dropped += int64(n)
}
