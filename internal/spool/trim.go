package spool

import "time"

const (
	// viewAge is how old a view may be when it is the reason to drop something.
	viewAge = time.Second
	// trimAttempts bounds how often a view is made anew because others change the folder at the same time.
	trimAttempts = 4
)

// makeRoom drops the oldest records until size bytes and n records more are within the limits. Segments that others
// hold are passed over, those being delivered among them.
func (q *Queue) makeRoom(size, n int64, now time.Time) {
	for range trimAttempts {
		if q.within(size, n) {
			return
		}
		fresh := now.Sub(q.view.at) <= viewAge
		if fresh && q.trim(size, n) {
			return
		}
		if q.look(now) != nil {
			return
		}
		q.tidy(now)
	}
}

// excess is by how much size bytes and n records more are over the limits.
func (q *Queue) excess(size, n int64) (overBytes, overRecords int64) {
	ownBytes, ownRecords := q.own.live()
	return q.view.bytes + ownBytes + size - q.limits.Bytes,
		q.view.records + ownRecords + n - int64(q.limits.Records)
}

func (q *Queue) within(size, n int64) bool {
	overBytes, overRecords := q.excess(size, n)
	return overBytes <= 0 && overRecords <= 0
}

// trim drops from the oldest segment on, and from the own one last. It reports false when the view turns out to be wrong:
// a segment is gone, so that perhaps nothing needs to be dropped.
func (q *Queue) trim(size, n int64) bool {
	for i := 0; i < len(q.view.entries) && !q.within(size, n); i++ {
		if e := &q.view.entries[i]; !e.foreign && q.trimEntry(e, size, n) != nil {
			return false
		}
	}
	q.view.sum()
	_ = q.shed(q.own, size, n)
	return true
}

// trimEntry drops from one segment of the view as much as is needed. The error is fs.ErrNotExist when it is gone.
func (q *Queue) trimEntry(e *entry, size, n int64) error {
	before := *e
	err := q.visit(e, func(s *segment) error {
		// What others have delivered of it since the view was made needs no dropping.
		*e = sealedEntry(s)
		q.view.replace(before, *e)
		before = *e
		err := q.shed(s, size, n)
		if err == nil && s.empty() {
			q.reuse(s) // or else visit removes it
		}
		return err
	})
	q.view.replace(before, *e)
	return err
}

// shed drops from a segment what is over the limits, or all that it has.
//
// A queue that is full, as behind an endpoint that does not answer, would have to drop at every append. It drops a few
// more of the same segment at once instead, so that most appends find room.
func (q *Queue) shed(s *segment, size, n int64) error {
	if q.within(size, n) {
		return nil
	}
	overBytes, overRecords := q.excess(size+q.limits.slackBytes(), n+q.limits.slackRecords())
	return s.shed(overBytes, overRecords, q.scratch)
}

// scratch returns n bytes, the same ones each time unless they are many.
func (q *Queue) scratch(n int) []byte {
	if n > countChunk {
		return make([]byte, n)
	}
	q.trimming = grow(q.trimming[:0], n)
	return q.trimming[:n]
}

// shed drops the oldest frames until that many bytes and records of them are gone, or all. Frames behind damage cannot
// be reached and count as one. It reads into what memory returns.
func (s *segment) shed(size, records int64, memory func(int) []byte) error {
	w := walk(s.file, s.head.cursor, s.size, s.stretch(size, records))
	w.memory = memory
	enough := func(n, passed int64) bool { return n >= records && passed >= size }
	n := w.skip(enough)
	if w.err != nil {
		return w.err
	}
	if enough(n, w.off-s.head.cursor) || w.off == s.size {
		return s.advance(w.off, n, n)
	}
	return s.advance(s.size, s.head.records-s.head.gone, n+1)
}

// stretch is about how long the oldest frames are of which that many bytes and records are to be passed over.
func (s *segment) stretch(size, records int64) int64 {
	bytes, n := s.live()
	mean := bytes / max(n, 1)
	records = min(max(records, 0), n) // far below none where any number may wait
	return min(max(size, records*mean)+mean, countChunk)
}

// refresh gives a segment from another time the current one, and drops what is too old.
func (s *segment) refresh(limits Limits, now time.Time) error {
	if misdated(s.at, now) {
		_ = s.redate(now) // else it counts as new for as long as its time has not come
	}
	if !limits.expired(s.at, now) {
		return nil
	}
	w := walk(s.file, s.head.cursor, s.size, trimChunk)
	cursor, n := w.off, int64(0)
	for w.next() && limits.expired(s.frameTime(w.frame, now), now) {
		cursor = w.off
		n++
	}
	if n == 0 {
		return w.err
	}
	return s.advance(cursor, n, n)
}

// misdated reports whether only a wrong clock, then or now, explains a time: it lies more than a day ahead, or in another
// century. Such a segment counts as begun now, or it would never be too old, or be so from the start.
func misdated(at, now time.Time) bool {
	return at.Sub(now) > farAhead || at.Before(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))
}

// frameTime is when a frame was written; a misdated one is as old as its segment.
func (s *segment) frameTime(frame []byte, now time.Time) time.Time {
	if at := frameTime(frame); !misdated(at, now) {
		return at
	}
	return s.at
}

// countDropped adds to the segment's count of drops.
func (s *segment) countDropped(n int64) error { return s.setDropped(s.head.dropped + n) }

func (s *segment) setDropped(n int64) (err error) {
	before := s.head.dropped
	s.head.dropped = n
	if err = s.mark(); err != nil {
		s.head.dropped = before
	}
	return err
}
