package upload

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"
)

// pass works through targets once, in parallel, while no other process works on
// this spool. A target that somebody else in this process is busy with is waited
// for as long as ctx lasts, and keeps none of the others waiting.
func (u *Uploader) pass(ctx context.Context, b bounds, targets ...*target) (Result, error) {
	if err := ctx.Err(); err != nil {
		return Result{}, fmt.Errorf("upload: %w", err)
	}
	if err := u.hold.take(); err != nil {
		return Result{}, err
	}
	defer u.hold.give()
	return total(u.runAll(ctx, b, targets))
}

func (u *Uploader) runAll(ctx context.Context, b bounds, targets []*target) []*run {
	var runs []*run
	var group sync.WaitGroup
	for _, t := range targets {
		if t.disabled() {
			continue
		}
		r := &run{target: t, up: u, ctx: ctx, bounds: b}
		runs = append(runs, r)
		group.Go(r.inTurn)
	}
	group.Wait()
	return runs
}

func total(runs []*run) (Result, error) {
	var sum Result
	var errs []error
	for _, r := range runs {
		sum = sum.plus(r.result)
		if r.err != nil {
			errs = append(errs, fmt.Errorf("upload: %s: %w", r.Name, r.err))
		}
	}
	return sum, errors.Join(errs...)
}

// Pending reports whether a target that works has something queued. It dials
// nothing and creates nothing.
func (u *Uploader) Pending() bool {
	if u == nil {
		return false
	}
	for _, t := range u.targets {
		if !t.disabled() && t.queue.pending() {
			return true
		}
	}
	return false
}

// Due reports whether starting an uploader is worth its while: none was started a
// moment ago, something is queued that may be sent now, and nobody else is at
// work.
func (u *Uploader) Due(now time.Time) bool {
	return u != nil && !u.store.paused(now) && u.anyDue(now) && u.alone()
}

// anyDue reads the state only where something waits.
func (u *Uploader) anyDue(now time.Time) bool {
	var known state
	for _, t := range u.targets {
		if t.disabled() || !t.queue.pending() {
			continue
		}
		if known.Targets == nil {
			known = u.store.read(now)
		}
		if known.Targets[t.place].heldUntil(now, u.config.Force).IsZero() {
			return true
		}
	}
	return false
}

// alone tries the lock, where there is something to lock.
func (u *Uploader) alone() bool {
	if _, err := os.Lstat(u.config.Dir); errors.Is(err, fs.ErrNotExist) {
		return true
	}
	return u.hold.free()
}
