package sentry

import (
	"slices"
	"time"

	sentrygo "github.com/getsentry/sentry-go"
)

// teller is who told of an error.
type teller uint8

const (
	byStep teller = 1 << iota // a step that failed
	byLog                     // a log record
)

const (
	// maxHeard bounds how many errors are remembered: the latest.
	maxHeard = 128
	// afterwards is how long after a step failed a record that belongs to no run
	// is taken to tell of the same failure. What is logged later is news.
	afterwards = time.Minute
)

// heard is an error that was told: in which words, by whom, when, and in which
// span, with those around it.
type heard struct {
	kind, value string
	by          teller
	at          time.Time
	trace       traceID
	spans       []spanID
}

// memory is what was told, the oldest first. It is used under the lock of its
// processor.
type memory []heard

// first remembers an error and reports whether nobody else told of it: one that
// is logged and then fails its step, or the other way round, is one issue. An
// error goes up, so that only its own span and those around it can tell of it
// again, and once its run is over a record of no run. Two steps, or two records,
// that tell of equal errors are two. A warning is not remembered: it must not
// silence a failure.
func (p *processor) first(x *exception, at where, by teller) bool {
	if len(x.links) == 0 {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if old := p.told.find(x, at, by, p.now()); old != nil {
		if by == byStep {
			old.by, old.at = old.by|byStep, p.now()
		}
		return false
	}
	if x.level != sentrygo.LevelWarning {
		p.remember(x, at, by)
	}
	return true
}

// again remembers an error that a step below told, in the words of this one.
func (p *processor) again(x *exception, at where) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.remember(x, at, byStep)
}

// remember is called with the lock held.
func (p *processor) remember(x *exception, at where, by teller) {
	if len(p.told) == maxHeard {
		p.told = slices.Delete(p.told, 0, 1)
	}
	p.told = append(p.told, heard{
		kind: x.links[0].Type, value: x.links[0].Value, by: by, at: p.now(),
		trace: at.trace, spans: p.traces.around(at.trace, at.span),
	})
}

// find looks for what somebody else told: for the error itself and, where only
// words were added to it, for what they were added to.
func (m memory) find(x *exception, at where, by teller, now time.Time) *heard {
	for _, l := range x.links {
		for i := range m {
			if h := &m[i]; h.kind == l.Type && h.value == l.Value && h.concerns(at, by, now) {
				return h
			}
		}
		if l.Type != "*fmt.wrapError" {
			break
		}
	}
	return nil
}

// concerns reports whether by, who is at a span or at none, can be telling of the
// same failure.
func (h *heard) concerns(at where, by teller, now time.Time) bool {
	switch {
	case h.by&^by == 0:
		return false
	case at.trace.IsValid():
		return h.trace == at.trace && slices.Contains(h.spans, at.span)
	}
	return now.Sub(h.at) <= afterwards
}
