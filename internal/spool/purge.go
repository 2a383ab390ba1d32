package spool

import (
	"errors"
	"fmt"
	"os"
)

// Purge removes everything queued, in memory and on disk, with the counts of drops: for a route that was turned off or
// has another endpoint, and for a person who wants it gone. A batch that is out ends. Segments that other processes
// hold stay with them.
func (q *Queue) Purge() error {
	q.reading.Lock()
	defer q.reading.Unlock()
	q.mu.Lock()
	defer q.mu.Unlock()
	errs := q.purgeHeld()
	q.memory, q.view = memory{}, view{}
	for _, l := range q.segments() {
		s, _ := lockSegment(l)
		if s == nil {
			continue
		}
		errs = errors.Join(errs, s.remove())
		s.close()
	}
	if info, err := os.Lstat(q.dir); err == nil && info.IsDir() {
		_ = os.Remove(q.dir) // fails, as it should, if anything is left in it
	}
	if errs != nil {
		return fmt.Errorf("spool: purge: %w", errs)
	}
	return nil
}

// purgeHeld removes the own segment, the spare one and those of the batch that is out.
func (q *Queue) purgeHeld() error {
	errs := q.dropSpare()
	if q.own != nil {
		errs = errors.Join(errs, q.own.remove())
		q.own.close()
		q.own = nil
	}
	if q.out != nil {
		for _, p := range q.out.parts {
			errs = errors.Join(errs, p.remove())
			p.close()
		}
		q.out.ended = true
		q.out = nil
	}
	return errs
}
