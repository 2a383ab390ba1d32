package sentry

import (
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

const (
	// maxTraces is how many traces are held at once.
	maxTraces = 1000
	// maxHeld is how many bytes of spans and breadcrumbs are held over all traces.
	maxHeld = 32 << 20
	// patience is how long a trace with open spans may be silent. A span that
	// never ends would otherwise be remembered for ever.
	patience = time.Hour
	// maxAround is how many spans around one are looked at.
	maxAround = 32
)

// traces are the traces that have open spans. It is used under the lock of its
// processor.
type traces struct {
	byID  map[traceID]*openTrace
	bytes int // their memory
	swept time.Time
	spare []byte // text of a trace that ended, for the next one
}

// stale is a trace that is no longer waited for.
type stale struct {
	*openTrace
	id traceID
}

// root is what stands for the root that a given up trace lacks: the one that
// was seen to start, or the parent of what is held, or any that is open.
func (s stale) root() top {
	t := s.top
	if t.id.IsValid() {
		return t
	}
	if len(s.held) > 0 {
		t.id = s.held[0].parent
		return t
	}
	for t.id = range s.open {
		break
	}
	return t
}

// empty reports whether there is nothing to tell of the trace.
func (s stale) empty() bool { return len(s.held) == 0 && s.dropped == 0 }

// start notes an open span. It returns traces to be given up to make room, and
// for the first root of a trace where to write what is to be known of it.
func (ts *traces) start(c, parent trace.SpanContext, now time.Time) ([]stale, *top) {
	t, old := ts.byID[c.TraceID()], []stale(nil)
	if t == nil {
		old = ts.sweep(now)
		t = &openTrace{open: map[spanID]spanID{}, text: ts.spare[:0]}
		ts.spare = nil
		ts.bytes += t.memory()
		if ts.byID == nil {
			ts.byID = map[traceID]*openTrace{}
		}
		ts.byID[c.TraceID()] = t
	}
	t.active = now
	_, below := t.open[parent.SpanID()]
	if !ts.note(t, c.SpanID(), parent.SpanID()) || below || t.top.id.IsValid() {
		return old, nil
	}
	t.top = top{id: c.SpanID(), parent: parent.SpanID()}
	return old, &t.top
}

func (ts *traces) note(t *openTrace, id, parent spanID) bool {
	before := t.memory()
	defer func() { ts.bytes += t.memory() - before }()
	return t.note(id, parent, ts.bytes < maxHeld)
}

// around are a span and the open ones around it, the nearest first.
func (ts *traces) around(id traceID, span spanID) []spanID {
	path := []spanID{span}
	for t := ts.byID[id]; t != nil && len(path) < maxAround; {
		parent, open := t.open[span]
		if !open || !parent.IsValid() {
			break
		}
		path, span = append(path, parent), parent
	}
	return path
}

// crumb keeps a breadcrumb of a trace, or counts it when there is no room. It
// reports whether the trace is open.
func (ts *traces) crumb(id traceID, c crumb) bool {
	t := ts.byID[id]
	if t == nil {
		return false
	}
	if ts.bytes >= maxHeld {
		t.crumbs.dropped++
		return true
	}
	before := t.memory()
	t.crumbs.add(c)
	ts.bytes += t.memory() - before
	return true
}

// hold keeps an ended span for its root and reports whether there is one to
// wait for. One that there was no room to note is taken to have one, so that in
// a trace of too many not each becomes a transaction.
func (ts *traces) hold(s sdktrace.ReadOnlySpan, text []byte, now time.Time) bool {
	c, parent := s.SpanContext(), s.Parent().SpanID()
	t := ts.byID[c.TraceID()]
	if t == nil {
		return false
	}
	_, open := t.open[parent]
	if !open && !t.missed(c.SpanID()) {
		return false
	}
	before := t.memory()
	t.close(c.SpanID())
	t.active = now
	if open {
		t.hold(heldSpan{id: c.SpanID(), parent: parent, leaf: s.ChildSpanCount() == 0}, text, ts.bytes < maxHeld)
	} else {
		t.dropped++
	}
	ts.bytes += t.memory() - before
	return true
}

// end takes out of the traces what belongs to the transaction of root.
func (ts *traces) end(root sdktrace.ReadOnlySpan, dst []byte, into *transaction, now time.Time, bare bool) []byte {
	c := root.SpanContext()
	t := ts.byID[c.TraceID()]
	if t == nil {
		return dst
	}
	before := t.memory()
	t.close(c.SpanID())
	t.active = now
	dst = t.take(c.SpanID(), dst, bare)
	into.dropped, t.dropped = t.dropped, 0
	into.crumbs, t.crumbs = t.crumbs, crumbs{}
	if t.top.id == c.SpanID() {
		t.top.id = spanID{}
	}
	if len(t.open) > 0 {
		t.squeeze()
		ts.bytes += t.memory() - before
		return dst
	}
	ts.bytes += t.memory() - before
	ts.remove(c.TraceID())
	ts.spare = t.text
	return dst
}

// sweep gives up traces of which nothing was heard for too long, and the most
// silent one when there are too many.
func (ts *traces) sweep(now time.Time) []stale {
	var out []stale
	if now.Sub(ts.swept) > patience/4 {
		ts.swept = now
		for id, t := range ts.byID {
			if now.Sub(t.active) > patience {
				out = append(out, ts.remove(id))
			}
		}
	}
	if len(ts.byID) >= maxTraces {
		out = append(out, ts.remove(ts.quietest()))
	}
	return out
}

func (ts *traces) quietest() traceID {
	var found traceID
	var since time.Time
	for id, t := range ts.byID {
		if since.IsZero() || t.active.Before(since) {
			found, since = id, t.active
		}
	}
	return found
}

func (ts *traces) remove(id traceID) stale {
	t := ts.byID[id]
	delete(ts.byID, id)
	ts.bytes -= t.memory()
	return stale{t, id}
}

// drain gives up everything.
func (ts *traces) drain() []stale {
	var out []stale
	for id := range ts.byID {
		out = append(out, ts.remove(id))
	}
	return out
}
