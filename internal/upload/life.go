package upload

import (
	"context"
	"sync"
	"time"
)

// grace is how long a caller waits after cancelling for what it cancelled. Only
// a hook, a disk or a transport that does not listen can use it up.
const grace = 250 * time.Millisecond

// life counts what is under way, so that an end can be waited for with a
// context, and refuses what comes after the end. Its context ends when waiting
// was given up.
type life struct {
	ctx    context.Context
	cancel context.CancelFunc
	stop   chan struct{} // closed: begin nothing more
	idle   chan struct{} // closed: stopped, and nothing is under way

	mu      sync.Mutex
	stopped bool
	active  int
}

func newLife() *life {
	ctx, cancel := context.WithCancel(context.Background())
	return &life{ctx: ctx, cancel: cancel, stop: make(chan struct{}), idle: make(chan struct{})}
}

// begin reports whether something may start; whoever is told yes calls end.
func (l *life) begin() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped {
		return false
	}
	l.active++
	return true
}

func (l *life) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.active--
	l.settle()
}

func (l *life) settle() {
	if l.stopped && l.active == 0 {
		close(l.idle)
	}
}

func (l *life) halt() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped {
		return
	}
	l.stopped = true
	close(l.stop)
	l.settle()
}

func (l *life) stopping() bool { return over(l.stop) }

// finish stops what runs, gently until ctx ends and then by cancelling.
func (l *life) finish(ctx context.Context) error {
	l.halt()
	err := wait(ctx, l.idle)
	l.cancel()
	if err == nil {
		return nil
	}
	return waitGrace(l.idle)
}

func wait(ctx context.Context, done <-chan struct{}) error {
	if over(done) {
		return nil
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func over(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}

func waitGrace(done <-chan struct{}) error {
	if over(done) { // without a timer, which would wake another thread
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if wait(ctx, done) != nil {
		return errStuck
	}
	return nil
}
