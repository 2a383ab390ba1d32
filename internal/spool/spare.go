package spool

import "time"

// A queue that is appended to and delivered from in one process would make and remove a file for each batch, and a full one
// does so for each segment that it drops. File systems are slow at that: ext4 steps over each inode that was removed in the
// last seconds. So an empty segment is kept, still locked, and takes a new name when it is needed.

// keepSpare takes over a segment whose frames are not needed any more and whose drops are counted elsewhere, if this queue
// writes and has no spare yet.
func (q *Queue) keepSpare(s *segment) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.becomesSpare(s) {
		return false
	}
	q.view.forget(s)
	return true
}

// becomesSpare is keepSpare with the queue's lock held.
func (q *Queue) becomesSpare(s *segment) bool {
	if q.closed || q.since.IsZero() || q.spare != nil {
		return false
	}
	if _, unlinked, err := fileState(s.file); err != nil || unlinked || s.clear() != nil {
		return false
	}
	q.spare = s
	return true
}

// useSpare makes the spare segment the own one.
func (q *Queue) useSpare(now time.Time) bool {
	s := q.spare
	if s == nil {
		return false
	}
	if s.redate(now) != nil {
		_ = q.dropSpare()
		return false
	}
	q.own, q.spare = s, nil
	return true
}

// dropSpare removes the spare segment.
func (q *Queue) dropSpare() error {
	s := q.spare
	if s == nil {
		return nil
	}
	q.spare = nil
	defer s.close()
	return s.remove()
}
