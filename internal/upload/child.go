package upload

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"
)

// errNotChild is for a mark that Launch did not make.
var errNotChild = errors.New("upload: not launched as a child")

// RunChild is what a launched child does: it reports for duty, makes passes until
// nothing is left that can be sent, if no other uploader is at work, and returns.
// mark is the value of the variable that [Child.Guard] names; with another text
// nothing is done.
//
// It returns within 10 seconds of the launch, not of the call: what the program
// did before it found out that it is a child counts, so that one that comes too
// late only reports. The process is then to end.
func RunChild(ctx context.Context, mark string, config Config, targets ...Target) (Result, error) {
	key, launched, ok := parseMark(mark)
	if !ok {
		return Result{}, errNotChild
	}
	ctx, cancel := context.WithDeadline(ctx, childDeadline(launched, time.Now()))
	defer cancel()
	u := New(config, targets...)
	_ = u.store.edit(ctx, func(st state) error { st.report(key, time.Now()); return nil })
	result, err := u.flushAll(ctx)
	return result, errors.Join(err, u.Close(ctx))
}

// childDeadline leaves room for the two waits of [grace]. A launch in the future
// is a clock that was set back.
func childDeadline(launched, now time.Time) time.Time {
	if launched.After(now) {
		launched = now
	}
	return launched.Add(childLimit - 4*grace)
}

// flushAll makes passes while each ends at its bound.
func (u *Uploader) flushAll(ctx context.Context) (Result, error) {
	var sum Result
	for {
		pass, err := u.flushPatiently(ctx)
		sum = sum.plus(pass)
		sum.More = pass.More
		if !pass.More || ctx.Err() != nil {
			return sum, err
		}
	}
}

// flushPatiently tries again when the lock is taken, which may only be somebody
// who looked whether it is.
func (u *Uploader) flushPatiently(ctx context.Context) (Result, error) {
	for range 3 {
		result, err := u.Flush(ctx)
		if !errors.Is(err, ErrBusy) {
			return result, err
		}
		if err := sleep(ctx, 20*time.Millisecond); err != nil {
			return result, err
		}
	}
	return Result{}, ErrBusy
}

// ChildTime is how long a process with that mark may still live, whatever it hangs
// on; ok is false for one that is no child.
func ChildTime(mark string, now time.Time) (left time.Duration, ok bool) {
	_, launched, ok := parseMark(mark)
	if launched.After(now) {
		launched = now
	}
	return max(0, launched.Add(childLimit).Sub(now)), ok
}

// parseMark reads the value that [Child.environment] gives the variable.
func parseMark(mark string) (key string, launched time.Time, ok bool) {
	key, millis, found := strings.Cut(mark, ".")
	n, err := strconv.ParseInt(millis, 10, 64)
	if !found || err != nil || len(key) != len(keyOf("")) {
		return "", time.Time{}, false
	}
	return key, time.UnixMilli(n), true
}

// IsChild reports whether mark is one that Launch makes, whenever that was: a
// child that comes late must not take itself for the program and do its work
// again. Whether there is time left to deliver is for [RunChild] to say. Anything
// else in the variable is ignored: it was not put there by us.
func IsChild(mark string) bool {
	_, _, ok := parseMark(mark)
	return ok
}
