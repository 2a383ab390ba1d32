package spool

import (
	"errors"
	"time"
)

// write appends a frame to the own segment, which it opens, or begins anew when it is full.
func (q *Queue) write(frame []byte, now time.Time) error {
	if err := q.ready(now); err != nil {
		return err
	}
	q.makeRoom(int64(len(frame)), 1, now)
	if err := q.appendOwn(frame); err != nil {
		return err
	}
	q.checked.since++
	if q.checked.due(now) && !q.checkOwn(now) && q.ready(now) != nil {
		q.retryAt = now.Add(diskPause) // the frame is in memory, with the others
	}
	return nil
}

// ready sees to it that there is an own segment with room, and that what waits in memory goes there first.
func (q *Queue) ready(now time.Time) error {
	if q.ownFull(now) && q.checkOwn(now) {
		_ = q.sealOwn()
	}
	if q.own == nil {
		if err := q.openOwn(now); err != nil {
			return err
		}
	}
	if len(q.memory.frames) > 0 || q.memory.dropped > 0 {
		return q.moveMemory(now)
	}
	return nil
}

func (q *Queue) ownFull(now time.Time) bool {
	return q.own != nil && (q.own.size-headerSize >= q.limits.segmentBytes() ||
		q.own.head.records >= q.limits.segmentRecords() || now.Sub(q.since) > maxSegmentAge)
}

// openOwn begins a segment, or first continues one that another process did not fill, and looks after the others. What it
// costs does not grow with what is queued but with the number of segments.
func (q *Queue) openOwn(now time.Time) (err error) {
	if now.Sub(q.view.at) > viewAge {
		if err := q.look(now); err != nil {
			return err
		}
		defer q.tidy(now)
	}
	if q.own == nil && !q.useSpare(now) {
		q.own, err = createSegment(q.dir, now)
	}
	if err != nil {
		return err
	}
	q.since = now
	q.checked = checked{at: now, size: q.own.size}
	return nil
}

// appendOwn appends to the own segment, and leaves a segment that cannot be continued.
func (q *Queue) appendOwn(frame []byte) error {
	err := q.own.append(frame)
	if errors.Is(err, errTorn) {
		_ = q.sealOwn()
	}
	return err
}

// moveMemory moves to the disk what it did not take earlier.
func (q *Queue) moveMemory(now time.Time) error {
	if n := q.memory.dropped; n > 0 && q.own.countDropped(n) == nil {
		q.memory.dropped = 0
	}
	if q.memory.out > 0 || len(q.memory.frames) == 0 {
		return nil
	}
	for moved, frame := range q.memory.frames {
		q.makeRoom(int64(len(frame)), 1, now)
		if err := q.appendOwn(frame); err != nil {
			q.memory.take(moved)
			return err
		}
	}
	q.memory.take(len(q.memory.frames))
	return nil
}

// sealOwn seals the own segment and gives it up. One without records or drops to tell is removed.
func (q *Queue) sealOwn() error {
	s := q.own
	if s == nil {
		return nil
	}
	q.own = nil
	defer s.close()
	if s.empty() && s.outstanding() == 0 {
		return s.remove()
	}
	q.view.insert(sealedEntry(s))
	return s.seal()
}

// countDropped counts records that were given up: on disk if there is a segment to hand, else in memory.
func (q *Queue) countDropped(n int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.own == nil || q.own.countDropped(n) != nil {
		q.memory.dropped += n
	}
}
