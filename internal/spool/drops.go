package spool

import "os"

// Dropped returns how many records were given up and not yet reported, by all processes: for lack of room, for age, for
// damage, and those that Done was told. Figures of processes that work at this moment may be missing.
func (q *Queue) Dropped() int64 {
	n := q.droppedInMemory()
	for _, l := range q.segments() {
		if e, err := inspect(l); err == nil {
			n += e.drops
		}
	}
	return n
}

func (q *Queue) droppedInMemory() int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.memory.dropped
}

// ReportedDropped takes n off the count, since they were told with a delivery. Like Next it is for the one uploader that a
// queue has at a time.
func (q *Queue) ReportedDropped(n int64) {
	n -= q.reportedInMemory(n)
	for _, l := range q.segments() {
		if n <= 0 {
			return
		}
		n -= reportedIn(l, n)
	}
}

func (q *Queue) reportedInMemory(n int64) int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	n = max(min(n, q.memory.dropped), 0)
	q.memory.dropped -= n
	return n
}

// reportedIn takes up to n off the count of one segment and returns how many. It needs no lock for that, since nobody else
// writes this word; it removes the segment if that count was all that was left of it.
func reportedIn(l listed, n int64) int64 {
	file, err := openFile(l.path, os.O_RDWR)
	if err != nil {
		return 0
	}
	defer file.Close()
	size, _, err := fileState(file)
	if err != nil {
		return 0
	}
	h, err := readHeader(file, size)
	if n = min(n, h.outstanding()); err != nil || n == 0 {
		return 0
	}
	if writeWords(file, offReported, h.reported+n) != nil {
		return 0
	}
	if h.cursor == size {
		removeEmpty(l)
	}
	return n
}

// removeEmpty removes a segment without records and drops, unless it is in use.
func removeEmpty(l listed) {
	s, err := lockSegment(l)
	if s == nil {
		return
	}
	defer s.close()
	if err == nil && s.empty() && s.outstanding() == 0 {
		_ = s.remove()
	}
}

// segments lists what is in the folder, if there is one and it can be read.
func (q *Queue) segments() []listed {
	if q.dir == "" {
		return nil
	}
	found, _ := list(q.dir)
	return found
}
