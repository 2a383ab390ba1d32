package spool

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"time"
)

// view is what a writer knows of the segments that are not its own. It grows old: others append, deliver and remove. So it
// decides when to look closer, and never alone what is dropped.
type view struct {
	entries []entry // oldest first
	bytes   int64
	records int64
	shared  bool // other writers are at work
	at      time.Time
}

// entry is one segment of a view.
type entry struct {
	listed
	size    int64
	bytes   int64 // that wait
	records int64 // that wait; not known, and 0, for a segment that is not sealed
	drops   int64 // not reported
	sealed  bool
	foreign bool
}

func sealedEntry(s *segment) entry {
	e := entry{listed: listed{s.path, s.at}, size: s.size, sealed: true, drops: s.head.outstanding()}
	e.bytes, e.records = s.live()
	return e
}

// add appends an entry.
func (v *view) add(e entry) {
	v.entries = append(v.entries, e)
	v.bytes += e.bytes
	v.records += e.records
}

// insert adds an entry in its place.
func (v *view) insert(e entry) {
	v.add(e)
	for i := len(v.entries) - 1; i > 0 && v.entries[i].path < v.entries[i-1].path; i-- {
		v.entries[i], v.entries[i-1] = v.entries[i-1], v.entries[i]
	}
}

// sum brings the totals up to date, and leaves out entries whose segments are gone.
func (v *view) sum() {
	v.entries = slices.DeleteFunc(v.entries, func(e entry) bool { return e.path == "" })
	v.bytes, v.records = 0, 0
	for i := range v.entries {
		v.bytes += v.entries[i].bytes
		v.records += v.entries[i].records
	}
}

// forget leaves out the entry of a segment that is not one of the others any more.
func (v *view) forget(s *segment) {
	v.entries = slices.DeleteFunc(v.entries, func(e entry) bool { return s.is(e.listed) })
	v.sum()
}

// replace puts the figures of an entry in the place of its earlier ones.
func (v *view) replace(before, after entry) {
	v.bytes += after.bytes - before.bytes
	v.records += after.records - before.records
}

// look makes the view anew. The first time it takes the newest segment that can be continued as the own one.
func (q *Queue) look(now time.Time) error {
	found, err := list(q.dir)
	if err != nil {
		return err
	}
	q.view = view{entries: q.view.entries[:0], at: now}
	for i, l := range slices.Backward(found) {
		if q.own.is(l) || q.spare.is(l) {
			continue
		}
		e, err := inspect(l)
		if err == nil && !q.adopt(e, i == len(found)-1, now) {
			q.view.add(e)
		}
	}
	slices.Reverse(q.view.entries)
	return nil
}

// inspect reads a segment's header without its lock.
func inspect(l listed) (entry, error) {
	file, err := openFile(l.path, os.O_RDONLY)
	if err != nil {
		return entry{}, err
	}
	defer file.Close()
	size, _, err := fileState(file)
	if err != nil {
		return entry{}, err
	}
	e := entry{listed: l, size: size}
	h, err := readHeader(file, e.size)
	switch {
	case errors.Is(err, errForeign):
		e.foreign = true
	case errors.Is(err, errShort), errors.Is(err, errDead):
	case err != nil:
		return entry{}, err
	default:
		e.bytes, e.drops = e.size-h.cursor, h.outstanding()
		if e.sealed = h.sealed(e.size); e.sealed {
			e.records = h.records - h.gone
		}
	}
	return e, nil
}

// adopt makes a segment that is not full the first own one, so that ten thousand short runs leave about as many files as
// ran at once.
func (q *Queue) adopt(e entry, newest bool, now time.Time) bool {
	first := q.own == nil && q.since.IsZero() && !q.anew
	fit := !e.foreign && e.size < q.limits.adoptBytes(e.sealed, newest) && !e.at.After(now) && now.Sub(e.at) <= q.limits.Age/2
	if !first || !fit {
		return false
	}
	s, err := lockSegment(e.listed)
	if err != nil {
		q.view.shared = q.view.shared || errors.Is(err, errHeld)
		if s != nil {
			s.close()
		}
		return false
	}
	if s.settle() != nil || s.size >= q.limits.segmentBytes() || s.head.records >= q.limits.segmentRecords() {
		s.close()
		return false
	}
	q.own = s
	return true
}

// tidy looks after the segments that need it: those of killed writers, those too old or from another time, and those
// that hold nothing but a count of drops, which goes to the own segment.
func (q *Queue) tidy(now time.Time) {
	for i := range q.view.entries {
		e := &q.view.entries[i]
		switch outdated := q.limits.expired(e.at, now); {
		case e.foreign && outdated:
			removeForeign(e)
		case e.foreign:
		case outdated || misdated(e.at, now) || !e.sealed || e.bytes == 0:
			_ = q.visit(e, func(s *segment) error { return s.refresh(q.limits, now) })
		}
	}
	q.view.sum()
}

// visit locks the segment of an entry, lets do work on it, and brings the entry up to date: the segment is removed when
// nothing waits in it, and the entry of a removed segment is empty. The error is fs.ErrNotExist when somebody else had
// removed it. One that is held or cannot be read is left as it is, without an error.
func (q *Queue) visit(e *entry, do func(*segment) error) error {
	s, err := lockSegment(e.listed)
	if errors.Is(err, fs.ErrNotExist) {
		*e = entry{}
		return err
	}
	q.view.shared = q.view.shared || errors.Is(err, errHeld)
	if s == nil {
		return nil
	}
	defer q.closeUnlessSpare(s)
	if err != nil || s.settle() != nil || do(s) != nil {
		return nil
	}
	if s.empty() && (s == q.spare || q.absorb(s)) {
		*e = entry{}
		return nil
	}
	*e = sealedEntry(s)
	return nil
}

// absorb removes an empty segment, after its count of drops has gone to the own one.
func (q *Queue) absorb(s *segment) bool { return q.tookDrops(s) && s.remove() == nil }

// reuse makes an empty segment the spare one, if there is none, in place of removing it.
func (q *Queue) reuse(s *segment) bool { return q.spare == nil && q.tookDrops(s) && q.becomesSpare(s) }

// tookDrops moves a segment's count of drops to the own one. A process that is killed in between loses it: counted in both
// it would grow with each that is.
func (q *Queue) tookDrops(s *segment) bool {
	n := s.outstanding()
	if n == 0 {
		return true
	}
	if q.own == nil || s.setDropped(s.head.reported) != nil {
		return false
	}
	if q.own.countDropped(n) == nil {
		return true
	}
	_ = s.setDropped(s.head.reported + n)
	return false
}

func (q *Queue) closeUnlessSpare(s *segment) {
	if s != q.spare {
		s.close()
	}
}

// removeForeign removes the segment of another version, if its owner does not hold it.
func removeForeign(e *entry) {
	s, err := lockSegment(e.listed)
	if s == nil {
		return
	}
	defer s.close()
	if errors.Is(err, errForeign) && s.remove() == nil {
		*e = entry{}
	}
}
