package spool

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"
)

// Batch is some records at the front of a queue, on loan. It ends with Done or Release, and with the process: then its
// records wait for the next one. It is used by one goroutine.
type Batch struct {
	// Records are the oldest ones of the queue, segment by segment. Their bodies must not be changed, and are good until
	// the next batch.
	Records []Record

	queue   *Queue
	parts   []part
	windows []*buffer // hold the bodies
	memory  int       // how many of the last records came from memory
	ended   bool
}

// part is what a batch has of one segment, whose lock it holds.
type part struct {
	*segment
	cursor  int64 // behind the part
	records int64
	lost    int64 // 1 when damage follows
	last    bool  // nothing readable follows
}

// maxParts bounds how many files a batch holds open.
const maxParts = 64

var errBatchOut = errors.New("spool: the last batch has not ended")

// Next returns the oldest records that wait, of this process and of all others that do not hold their segment open: at most
// maxRecords, and no more than maxBytes, with a frame of some 20 bytes each, unless a single record is longer. It is nil
// when nothing waits. A second batch before the first has ended is an error; so is a disk that cannot be read, if nothing
// else waits. What a killed writer left unfinished is passed over.
func (q *Queue) Next(maxRecords int, maxBytes int64) (*Batch, error) {
	q.reading.Lock()
	defer q.reading.Unlock()
	if q.out != nil {
		return nil, errBatchOut
	}
	b := &Batch{queue: q}
	room := budget{records: max(maxRecords, 1), bytes: max(maxBytes, 1)}
	err := b.readDisk(&room)
	b.readMemory(&room)
	if len(b.Records) > 0 {
		q.out = b
		return b, nil
	}
	b.giveWindows()
	if err != nil {
		return nil, fmt.Errorf("spool: next: %w", err)
	}
	return nil, nil
}

// budget is what a batch may still take.
type budget struct {
	records int
	bytes   int64
	spent   bool // something did not fit, so that nothing behind it may be taken
}

// take reports whether a record fits, and counts it. The first one always does.
func (r *budget) take(n int64, first bool) bool {
	if r.spent || (!first && (r.records < 1 || r.bytes < n)) {
		r.spent = true
		return false
	}
	r.records--
	r.bytes -= n
	return true
}

func (r *budget) left() bool { return !r.spent && r.records > 0 && r.bytes > 0 }

// readDisk takes from the segments, oldest first. A folder that cannot be listed is one that cannot be written either: its
// queue is in memory.
func (b *Batch) readDisk(room *budget) error {
	var errs error
	now := time.Now()
	b.queue.checkBeforeReading(now)
	for _, l := range b.queue.segments() {
		if len(b.parts) == maxParts {
			room.spent = true
		}
		if !room.left() {
			break
		}
		if err := b.readListed(l, room, now); err != nil && !passing(err) {
			errs = errors.Join(errs, err)
		}
	}
	return errs
}

func (b *Batch) readListed(l listed, room *budget, now time.Time) error {
	s, err := b.queue.claim(l)
	switch {
	case err == nil:
		return b.readSegment(s, room, now)
	case s != nil:
		b.queue.passForeign(s, now)
		return nil
	}
	return err
}

// passing reports errors that are part of several processes at work.
func passing(err error) bool {
	return errors.Is(err, errHeld) || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission)
}

// checkBeforeReading takes records out of an own segment that was removed, where a list of the folder would not find them.
func (q *Queue) checkBeforeReading(now time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.own != nil {
		q.checkOwn(now)
	}
}

// claim returns a segment for reading: the own one, sealed and still locked, so that no other process can take it in between.
func (q *Queue) claim(l listed) (*segment, error) {
	q.mu.Lock()
	s := q.own
	if !s.is(l) {
		q.mu.Unlock()
		return lockSegment(l)
	}
	defer q.mu.Unlock()
	q.own = nil
	_ = s.seal()
	q.view.insert(sealedEntry(s))
	return s, nil
}

// passForeign leaves a segment of another version alone, unless it is too old.
func (q *Queue) passForeign(s *segment, now time.Time) {
	if q.limits.expired(s.at, now) {
		_ = s.remove()
	}
	s.close()
}

// readSegment takes what fits from one segment and keeps it locked, or gives it back when there was nothing.
func (b *Batch) readSegment(s *segment, room *budget, now time.Time) error {
	_ = s.refresh(b.queue.limits, now)
	w := walk(s.file, s.head.cursor, s.size, min(room.bytes+trimChunk, maxReadChunk))
	w.memory = b.window
	_, waiting := s.live()
	b.Records = slices.Grow(b.Records, int(min(max(waiting, 0), int64(room.records), w.left()/frameMin)))
	p := b.fill(w, room)
	p.segment = s
	switch {
	case p.records > 0:
		b.parts = append(b.parts, p)
		return nil
	case p.last:
		return b.queue.retire(p, 0)
	}
	s.close()
	return w.err
}

// fill takes frames until one does not fit or no more follow.
func (b *Batch) fill(w *walker, room *budget) part {
	p := part{cursor: w.off}
	for w.next() {
		if !room.take(int64(len(w.frame)), len(b.Records) == 0) {
			return p
		}
		b.Records = append(b.Records, decode(w.frame, b.lastRecord()))
		p.cursor = w.off
		p.records++
	}
	p.last = w.err == nil
	if p.last && w.damaged {
		p.lost = 1
	}
	return p
}

// maxReadChunk bounds how much of a segment is read at once for a batch.
const maxReadChunk = 512 << 10

// window returns n bytes that are the batch's until it ends.
func (b *Batch) window(n int) []byte {
	w, ok := b.queue.windows.Get().(*buffer)
	if !ok || cap(w.bytes) < n {
		w = &buffer{make([]byte, n)}
	}
	b.windows = append(b.windows, w)
	return w.bytes[:n]
}

func (b *Batch) giveWindows() {
	for _, w := range b.windows {
		if cap(w.bytes) <= maxReadChunk {
			b.queue.windows.Put(w)
		}
	}
	b.windows = nil
}

func (b *Batch) lastRecord() Record {
	if n := len(b.Records); n > 0 {
		return b.Records[n-1]
	}
	return Record{}
}

// readMemory takes what fits of the records that the disk did not take, which are the newest.
func (b *Batch) readMemory(room *budget) {
	q := b.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	q.memory.expire(q.limits, time.Now())
	for _, frame := range q.memory.frames {
		if !room.take(int64(len(frame)), len(b.Records) == 0) {
			break
		}
		b.Records = append(b.Records, decode(frame, b.lastRecord()))
		b.memory++
	}
	q.memory.lend(b.memory)
}

// Done removes the batch's records for good: they are delivered, or given up, in which case dropped says how many, for the
// count. It may be called after Release or again, and then does nothing. After an error of the disk some of them may come
// again.
func (b *Batch) Done(dropped int) error {
	return b.end(true, int64(dropped))
}

// Release leaves the records to wait, and lets other processes at them. It may be called after Done or again, and then
// does nothing.
func (b *Batch) Release() error {
	return b.end(false, 0)
}

func (b *Batch) end(done bool, dropped int64) error {
	q := b.queue
	q.reading.Lock()
	defer q.reading.Unlock()
	if b.ended {
		return nil
	}
	b.ended = true
	b.giveWindows()
	q.out = nil
	var errs error
	for _, p := range b.parts {
		if done {
			errs = errors.Join(errs, q.finish(p, dropped))
			dropped = 0
		} else {
			p.close()
		}
	}
	q.endMemory(done, dropped)
	if errs != nil {
		return fmt.Errorf("spool: end of a batch: %w", errs)
	}
	return nil
}

// endMemory ends the part of a batch that came from memory. What is dropped has not found a segment to be counted in.
func (q *Queue) endMemory(done bool, dropped int64) {
	if dropped > 0 {
		q.countDropped(dropped)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.memory.giveBack(done)
}

// finish removes a part from its segment, and a segment without more to read from the folder.
func (q *Queue) finish(p part, dropped int64) error {
	if p.last {
		return q.retire(p, dropped)
	}
	defer p.close()
	return p.advance(p.cursor, p.records, dropped)
}

// retire removes a segment in which nothing waits, or keeps it as the spare one. Drops that it counts go to the own segment;
// without one the file stays, cut down to its header, until they are reported or another writer takes them over.
func (q *Queue) retire(p part, dropped int64) error {
	s := p.segment
	s.head.dropped += dropped + p.lost
	counted := q.handOver(s)
	if counted && q.keepSpare(s) {
		return nil
	}
	defer s.close()
	if !counted {
		return s.clear()
	}
	if err := s.remove(); err != nil {
		return errors.Join(err, s.clear())
	}
	return nil
}

// handOver moves a segment's count of drops to the own one, if there is one.
func (q *Queue) handOver(s *segment) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.tookDrops(s)
}
