package upload

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync/atomic"

	"github.com/otelbridge/otelbridge-go/internal/spool"
)

// target is a Target at work. What changes, but for off, belongs to whoever has
// its turn.
type target struct {
	Target
	queue  queue
	url    *url.URL
	shown  string // the URL as it may be told
	place  string // the URL as the state file knows it
	packer packer
	client *client
	sender sender
	limit  int // records in one request
	search search
	answer bytes.Buffer
	turn   chan struct{}          // holds one token while somebody is at work
	off    atomic.Pointer[string] // why it is disabled
}

func newTarget(config Target, q queue) *target {
	t := &target{Target: config, queue: q, packer: packer{join: config.Join, gzip: config.Gzip}, turn: make(chan struct{}, 1)}
	t.limit = t.maxRecords()
	if q == nil {
		t.disable("no queue")
	}
	t.point(config.URL)
	return t
}

func (t *target) point(text string) {
	u, err := ParseEndpoint(text)
	if err != nil {
		t.disable("the endpoint " + err.Error())
		return
	}
	t.url, t.shown, t.place = u, withoutQuery(u), placeOf(t.Name, text)
}

func (t *target) maxRecords() int {
	switch {
	case t.Join == nil:
		return 1
	case t.MaxJoin > 0:
		return t.MaxJoin
	default:
		return defaultJoin
	}
}

// maxBytes asks for no more than will be sent: without Join that is one record,
// however long.
func (t *target) maxBytes() int64 {
	if t.Join == nil {
		return 1
	}
	return maxJoinBytes
}

// disable ends the target for the life of the Uploader; the first reason stays.
func (t *target) disable(reason string) { t.off.CompareAndSwap(nil, &reason) }

func (t *target) disabled() bool { return t.off.Load() != nil }

func (t *target) revoked() bool {
	if t.Revoked == nil || !t.Revoked() {
		return false
	}
	t.disable("it was turned off meanwhile")
	return true
}

func (t *target) reason() string {
	if reason := t.off.Load(); reason != nil {
		return *reason
	}
	return ""
}

// take waits for the target's turn, in the order of those who wait. Whoever gets
// it calls give.
func (t *target) take(ctx context.Context) error {
	select {
	case t.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("still under way: %w", ctx.Err())
	}
}

func (t *target) give() { <-t.turn }

// next takes records that fit one request: as many as may be joined, and of one
// content type and encoding.
func (t *target) next() (batch, error) {
	for n := t.search.limit(t.limit); ; {
		b, err := t.queue.next(n, t.maxBytes())
		if b == nil || err != nil {
			return nil, err
		}
		same := alike(b.records())
		if same == len(b.records()) {
			return b, nil
		}
		if err := b.Release(); err != nil {
			return nil, err
		}
		n = same
	}
}

// alike counts the records at the start that have the first one's headers.
func alike(records []spool.Record) int {
	for i, r := range records {
		if r.ContentType != records[0].ContentType || r.ContentEncoding != records[0].ContentEncoding {
			return i
		}
	}
	return len(records)
}

// learn keeps requests small after one was too large, until the record that was
// too large by itself is gone.
func (t *target) learn(o outcome, records int) {
	if o.status == http.StatusRequestEntityTooLarge {
		t.limit = max(1, records/2)
		if o.fate == Dropped {
			t.limit = t.maxRecords()
		}
	}
	t.search.learn(o, records)
}

// read asks the route what an answer means. The answer was already given, so a
// panic must not have the records sent again.
func (t *target) read(status int, header http.Header) (a Answer) {
	if t.Answer == nil {
		return Answer{}
	}
	defer func() {
		if recover() != nil {
			t.disable("its Answer hook panicked")
			a = Answer{}
		}
	}()
	return t.Target.Answer(status, header, t.answer.Bytes())
}
