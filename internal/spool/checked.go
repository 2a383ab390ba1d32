package spool

import "time"

// Somebody who removes the folder by hand does not ask for a lock, and what is written to a removed file is lost with the process. To
// look after each record costs a sixth of writing it. So the writer looks now and then, and before it lets a segment
// go; what it has written since it last looked it can still read.

const (
	checkPause   = 5 * time.Millisecond
	checkRecords = 16
)

// checked says when the own segment was last seen to have a name, and how long it was then.
type checked struct {
	at    time.Time
	size  int64
	since int // records appended since
}

func (c checked) due(now time.Time) bool {
	return c.since >= checkRecords || now.Sub(c.at) >= checkPause
}

// checkOwn reports whether the own segment still has its name. If not, what was appended since the last time goes to
// memory, and there is no own segment any more.
func (q *Queue) checkOwn(now time.Time) bool {
	s := q.own
	if _, unlinked, _ := fileState(s.file); !unlinked {
		q.checked = checked{at: now, size: s.size}
		return true
	}
	w := walk(s.file, max(q.checked.size, s.head.cursor), s.size, countChunk)
	for w.next() {
		q.memory.push(w.frame, q.limits)
	}
	q.own = nil
	s.close()
	return false
}
