package spool

import (
	"errors"
	"time"
)

// write appends a frame to the own segment, and looks now and then whether that still has its name. What the disk does
// not take is in memory.
func (q *Queue) write(frame []byte, now time.Time) error {
	err := q.writeBehind(frame, now)
	if err == nil && q.checked.due(now) && !q.checkOwn(now) {
		return q.moveMemory(now) // the frame is there, with the others
	}
	return err
}

// writeBehind appends a frame behind those that wait in memory: with the same call, unless there is no room for it there.
func (q *Queue) writeBehind(frame []byte, now time.Time) error {
	err := q.ready(now)
	if err == nil && q.memory.full(int64(len(frame)), q.limits) {
		err = q.moveMemory(now)
	}
	if err == nil && len(q.memory.waiting()) == 0 {
		if _, err = q.appendOwn(frame, 1, now); err == nil {
			return nil
		}
	}
	q.memory.push(frame, q.limits)
	if err == nil {
		err = q.moveMemory(now)
	}
	return err
}

// ready sees to it that there is an own segment with room, and that it counts what memory has dropped.
func (q *Queue) ready(now time.Time) error {
	if q.ownFull(now) && q.checkOwn(now) {
		_ = q.sealOwn()
	}
	if q.own == nil {
		if err := q.openOwn(now); err != nil {
			return err
		}
	}
	if n := q.memory.dropped; n > 0 && q.own.countDropped(n) == nil {
		q.memory.dropped = 0
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
	q.pace.opened()
	return nil
}

// appendOwn makes room for n frames and appends them to the own segment with one call. It returns how many of them the
// disk took, and leaves a segment that cannot be continued.
func (q *Queue) appendOwn(frames []byte, n int, now time.Time) (int, error) {
	q.makeRoom(int64(len(frames)), int64(n), now)
	n, err := q.own.append(frames, n)
	q.checked.since += n
	if errors.Is(err, errTorn) {
		_ = q.sealOwn()
	}
	return n, err
}

// moveMemory moves to the disk what waits in memory, a chunk with each write; one record with each after the disk has
// refused a chunk, since it may have room for some.
func (q *Queue) moveMemory(now time.Time) error {
	if err := q.ready(now); err != nil {
		return err
	}
	for size := maxWrite; len(q.memory.waiting()) > 0; {
		frames, n := q.memory.chunk(size)
		moved, err := q.appendOwn(frames, n, now)
		q.memory.take(moved)
		if err != nil && (n == 1 || q.own == nil) {
			return err
		}
		if err != nil {
			size = 0
		}
	}
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
