package upload

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// bounds end a target's part of a pass before the next request. A zero until is
// no limit.
type bounds struct {
	requests, bytes int
	until           time.Time
}

const (
	passRequests = 64
	passBytes    = 8 << 20
	// passSlice lets go of a busy target now and then in a program that runs
	// long, so that a Flush gets its turn.
	passSlice = 5 * time.Second
)

func (b bounds) reached(r Result) bool {
	return r.Requests >= b.requests || r.Bytes >= b.bytes || !b.until.IsZero() && !time.Now().Before(b.until)
}

// run is one target's part of one pass.
type run struct {
	*target
	up     *Uploader
	ctx    context.Context
	bounds bounds
	past   history
	result Result
	lost   int64 // drops to tell the endpoint about
	err    error
	ended  bool
}

// inTurn waits for the target's turn, and then looks what is known by now:
// whoever had the turn before may have learned that there is no point.
func (r *run) inTurn() {
	if err := r.take(r.ctx); err != nil {
		r.err = err
		return
	}
	defer r.give()
	now := time.Now()
	r.past = r.up.store.read(now).Targets[r.place]
	if r.result.Next = r.past.heldUntil(now, r.up.config.Force); r.result.Next.IsZero() {
		r.all()
	}
}

// all sends until the queue is empty, a bound is reached, the endpoint fails or
// ctx ends. It never panics.
func (r *run) all() {
	defer r.remember()
	defer r.survive()
	r.lost = r.queue.Dropped()
	for r.goesOn() {
		b, err := r.next()
		if b == nil || err != nil {
			r.err = err
			return
		}
		r.deliver(b)
	}
}

func (r *run) survive() {
	if recover() != nil {
		r.disable("one of its hooks panicked")
		r.err = errors.New(r.reason())
	}
}

func (r *run) goesOn() bool {
	if r.ended || r.revoked() || r.disabled() || r.ctx.Err() != nil || r.up.life.stopping() {
		return false
	}
	if r.bounds.reached(r.result) {
		r.result.More = r.queue.pending()
		return false
	}
	return true
}

// deliver gives the batch back whatever happens before its fate is known.
func (r *run) deliver(b batch) {
	settled := false
	defer func() {
		if !settled {
			_ = b.Release()
		}
	}()
	start, records := time.Now(), b.records()
	p := r.packer.pack(records, r.zips())
	o := r.heed(p, r.send(r.ctx, p, records[0], len(records), r.lost))
	d := Delivery{
		Target: r.Name, URL: r.shown, Status: o.status, Err: o.err, Fate: o.fate,
		Records: len(records), Bytes: len(p.data), Time: start, Took: time.Since(start), Body: p.plain,
	}
	r.up.tell(d) // while the body is still ours
	settled = true
	r.settle(b, o, len(records))
	r.note(o)
	r.result.add(d)
}

// settle writes the fate down in the queue. A queue that cannot be advanced
// would offer the same records for ever, so it ends the target.
func (r *run) settle(b batch, o outcome, records int) {
	var err error
	switch o.fate {
	case Delivered:
		err = b.Done(o.dropped)
		r.reported()
	case Dropped:
		err = b.Done(records)
	default:
		err = b.Release()
	}
	if err != nil {
		r.disable("its queue cannot be advanced")
		r.err = err
	}
	r.learn(o, records)
}

func (r *run) reported() {
	if r.lost > 0 {
		r.queue.ReportedDropped(r.lost)
		r.lost = 0
	}
}

// note draws the conclusions for the endpoint, of which a wrong coding says
// neither good nor bad.
func (r *run) note(o outcome) {
	if o.recoded {
		return
	}
	now := time.Now()
	if o.fate != Kept {
		r.past = r.past.succeeded(o, now)
		r.ended = o.pause > 0
		return
	}
	r.ended = true
	r.err = o.reason()
	if !r.forgiven() {
		r.past = r.past.failed(o, now, rand.Float64())
	}
}

// forgiven failures are our own doing: the program ended, or its time ran out
// on an endpoint that had answered before. One that never answered in all the
// time there was has failed.
func (r *run) forgiven() bool {
	switch err := r.ctx.Err(); {
	case err == nil:
		return false
	case errors.Is(err, context.DeadlineExceeded):
		return r.result.Requests > 0
	default:
		return true
	}
}

func (o outcome) reason() error {
	if o.err != nil {
		return o.err
	}
	return fmt.Errorf("status %d", o.status)
}

// remember saves what this pass learned, unless it tried nothing.
func (r *run) remember() {
	r.result.Next = r.past.heldUntil(time.Now(), false)
	if r.result.Requests > 0 {
		r.up.store.record(r.ctx, r.place, r.past)
	}
}
