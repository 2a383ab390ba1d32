package upload

import (
	"context"
	"errors"
	"time"
)

// runner delivers one target while the program lives. Each target has its own,
// since an endpoint that keeps it waiting is no reason for another one to wait.
type runner struct {
	*target
	up  *Uploader
	due chan struct{} // there may be something to deliver
}

// startRunners starts a goroutine for each target that works.
func (u *Uploader) startRunners() []*runner {
	var runners []*runner
	for _, t := range u.targets {
		if t.disabled() || !u.life.begin() {
			continue
		}
		r := &runner{target: t, up: u, due: make(chan struct{}, 1)}
		runners = append(runners, r)
		go r.loop()
	}
	return runners
}

func (r *runner) nudge() {
	select {
	case r.due <- struct{}{}:
	default:
	}
}

func (r *runner) loop() {
	defer r.up.life.end()
	defer r.up.store.save(context.WithoutCancel(r.up.life.ctx))
	var last Result
	for r.rest(last) {
		last = r.cycle()
	}
}

// cycle is one pass over the target. Somebody else at work is no reason to stop:
// what this process holds open or in memory only this process can deliver.
func (r *runner) cycle() Result {
	result, err := r.up.pass(r.up.life.ctx, bounds{
		requests: passRequests,
		bytes:    passBytes,
		until:    time.Now().Add(passSlice),
	}, r.target)
	if errors.Is(err, ErrBusy) {
		result.Next = time.Now().Add(r.up.config.Interval)
	}
	return result
}

// rest waits until there is a reason for a pass. It returns false when there
// will be none.
func (r *runner) rest(last Result) bool {
	if r.disabled() {
		return false
	}
	if last.More {
		return !r.up.life.stopping()
	}
	retry, stop := timerAt(last.Next)
	defer stop()
	select {
	case <-r.up.life.stop:
		return false
	case <-retry:
	case <-r.due:
	}
	return true
}

// timerAt fires at a time, or never for the zero time.
func timerAt(at time.Time) (<-chan time.Time, func() bool) {
	if at.IsZero() {
		return nil, func() bool { return false }
	}
	timer := time.NewTimer(time.Until(at))
	return timer.C, timer.Stop
}
