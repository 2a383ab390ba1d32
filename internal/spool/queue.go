package spool

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"
)

// Queue is a route's queue. Any number of goroutines may append to it, and any number of processes may have one in the same
// folder; one goroutine at a time takes from it.
type Queue struct {
	dir      string
	limits   Limits
	onAppend func()
	buffers  sync.Pool // of *buffer, for records
	windows  sync.Pool // of *buffer, for batches

	reading sync.Mutex // guards out; taken before mu
	out     *Batch

	mu       sync.Mutex // guards what follows
	own      *segment   // the one this queue appends to
	since    time.Time  // when own was opened; zero before the first record
	checked  checked    // what is known of own
	spare    *segment   // an empty one, to be the next own
	view     view       // the others
	memory   memory
	trimming []byte // memory for reading what is dropped
	pace     pace
	anew     bool // no segment of others is continued
	closed   bool
}

// Open returns the queue in dir; "" is a queue in memory. It touches nothing: the folder (0700) is made with the first record.
// Whatever is wrong with dir, the queue works, from memory.
func Open(dir string, limits Limits) *Queue {
	if dir != "" {
		dir = filepath.Clean(dir) // segments are known by their paths
	}
	return &Queue{dir: dir, limits: limits.withDefaults()}
}

// BeginAnew has the first record begin a segment, where it would continue one of an earlier process: somebody is about to
// deliver that, and would find it held.
func (q *Queue) BeginAnew() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.anew = true
}

// OnAppend sets a function that is called after each append, on the goroutine that appended. It must be cheap. It is set
// before the queue is used.
func (q *Queue) OnAppend(f func()) { q.onAppend = f }

// Append adds a record. It has reached the operating system when Append returns, so that it survives the process; where
// the disk refuses it, or was slow a moment ago, it waits in memory. A record larger than the queue is dropped and counted.
func (q *Queue) Append(r Record) {
	now := time.Now()
	if r.Time.IsZero() {
		r.Time = now
	}
	b := q.buffer()
	b.bytes = append(beginFrame(b.bytes, r.Time, r.ContentType, r.ContentEncoding), r.Body...)
	q.store(b.bytes, now)
	q.recycle(b)
}

// store completes a frame and puts it into the queue.
func (q *Queue) store(frame []byte, now time.Time) {
	if fits := int64(len(frame)) <= q.limits.frameBytes(); fits {
		endFrame(frame)
		q.put(frame, now)
	} else {
		q.countDropped(1)
	}
	if q.onAppend != nil {
		q.onAppend()
	}
}

func (q *Queue) put(frame []byte, now time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.diskUsable(frame, now) {
		err := q.write(frame, now)
		q.pace.wrote(now, err)
	} else {
		q.memory.push(frame, q.limits)
	}
}

// diskUsable reports whether the disk may be tried at all. A slow one is also tried when memory is full: what waits there
// goes to the disk with one write, and nothing is dropped.
func (q *Queue) diskUsable(frame []byte, now time.Time) bool {
	rests := now.Before(q.pace.retryAt) && !(q.pace.slow && q.memory.full(int64(len(frame)), q.limits))
	return q.dir != "" && !q.closed && !rests
}

// Close seals the queue's segment, so that others need not walk it, and lets go of all files but those of a batch that is
// out. Records that come later stay in memory. The error is the disk's; nothing needs to be done about it.
func (q *Queue) Close() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return nil
	}
	q.lastWrites(time.Now())
	q.closed, q.pace.slow = true, false
	if err := errors.Join(q.sealOwn(), q.dropSpare()); err != nil {
		return fmt.Errorf("spool: close: %w", err)
	}
	return nil
}

// lastWrites gives the disk another chance to take what is in memory, and makes room for what other processes have added
// while this one had its segment open.
func (q *Queue) lastWrites(now time.Time) {
	if q.own != nil {
		q.checkOwn(now)
	}
	for left := 0; q.dir != "" && len(q.memory.waiting()) > 0 && len(q.memory.waiting()) != left; {
		left = len(q.memory.waiting())
		_ = q.moveMemory(now) // again as long as the disk takes some of them
	}
	if q.own != nil && q.view.shared && q.look(now) == nil {
		q.tidy(now)
		q.makeRoom(0, 0, now)
	}
}
