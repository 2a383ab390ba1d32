package sentry

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelbridge/otelbridge-go/anon"
)

// processor makes transactions and issues of spans. It has no goroutine: a
// span is scrubbed and encoded where it ends, and an envelope goes to the spool
// at the end of its root.
type processor struct {
	scrubber     anon.Scrubber
	hasher       *anon.Hasher
	app          string // its name
	level        slog.Level
	facts        facts
	program      func() program
	issues, runs *post
	otlp         bool // traces go in OpenTelemetry's own form
	now          func() time.Time
	newID        func() eventID

	buffers   sync.Pool // of *[]byte
	scratches sync.Pool // of *scratch

	closed atomic.Bool

	mu     sync.Mutex
	traces traces
	loose  crumbs // of no run
	told   memory
}

var _ sdktrace.SpanProcessor = (*processor)(nil)

// OnStart notes that a span is open.
func (p *processor) OnStart(_ context.Context, s sdktrace.ReadWriteSpan) {
	if !s.SpanContext().IsSampled() {
		return
	}
	for _, t := range p.start(s) {
		p.giveUp(t)
	}
}

// start returns the traces that are given up, which are sent once the lock is
// free: a spool that fails tells the host, and the host may log.
func (p *processor) start(s sdktrace.ReadOnlySpan) []stale {
	p.mu.Lock()
	defer p.mu.Unlock()
	stale, first := p.traces.start(s.SpanContext(), s.Parent(), p.now())
	if first != nil {
		first.name, first.start = p.nameOf(s), s.StartTime()
	}
	return stale
}

// nameOf is the scrubbed name of a span. Only an anonymous scrubber has to see
// the whole span for it.
func (p *processor) nameOf(s sdktrace.ReadOnlySpan) string {
	if p.scrubber.Disclosure == anon.DiscloseAnonymous {
		return p.scrubber.Span(s).Name()
	}
	return masked(s.Name(), maxName)
}

// OnEnd sends the span's issues, then holds the span for its transaction or, if
// its parent is not open here, makes one of it and all below it.
func (p *processor) OnEnd(raw sdktrace.ReadOnlySpan) {
	if !raw.SpanContext().IsSampled() || p.closed.Load() {
		return
	}
	scratch := p.scratch()
	defer p.scratches.Put(scratch)
	e := ended{span: p.fit(scratch, raw), status: statusOf(raw), outcome: anon.OutcomeOf(raw)}
	p.events(e)
	if p.holds(e) {
		return
	}
	p.transact(e)
}

// ended is a fitted span and how it went, which only the raw one tells.
type ended struct {
	span    sdktrace.ReadOnlySpan
	status  string
	outcome anon.Outcome
}

// holds keeps the span if its parent is open. It is encoded outside the lock.
func (p *processor) holds(e ended) bool {
	if parent := e.span.Parent(); !parent.IsValid() || parent.IsRemote() {
		return false
	}
	text := p.buffer()
	defer p.release(text)
	*text = p.encode((*text)[:0], e)
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.traces.hold(e.span, *text, p.now())
}

func (p *processor) encode(dst []byte, e ended) []byte {
	if p.otlp {
		return appendOTLP(dst, otlpSpan{ReadOnlySpan: e.span, outcome: e.outcome})
	}
	return appendSpan(dst, e.span, e.status)
}

// transact makes the transaction of a root and sends it.
func (p *processor) transact(root ended) {
	spans, body := p.buffer(), p.buffer()
	defer p.release(spans)
	defer p.release(body)
	t := transaction{id: p.newID(), root: root.span, status: root.status}
	*spans = p.gather(root, &t, (*spans)[:0])
	p.send(body, &t, root)
}

func (p *processor) gather(root ended, t *transaction, dst []byte) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	t.spans = p.traces.end(root.span, dst, t, p.now(), p.otlp)
	return t.spans
}

func (p *processor) send(body *[]byte, t *transaction, root ended) {
	t.tags = p.facts.tagsOf(t.root.Attributes(), p.runID(t.root.SpanContext().TraceID()))
	if p.otlp {
		*body = p.facts.appendTraces((*body)[:0], t, root)
		p.runs.put(otlpType, *body)
		return
	}
	*body = p.facts.appendEnvelope((*body)[:0], t)
	p.runs.put(envelopeType, *body)
}

// runID is the transaction id of the run's anonymous events, by which the
// operator can join the two. Nobody else has the key it is made with.
func (p *processor) runID(id traceID) string {
	if p.hasher == nil {
		return ""
	}
	return p.hasher.RunID(id)
}

// giveUp sends what a trace holds without its root. It is called without the
// lock: nobody else has the trace any more.
func (p *processor) giveUp(t stale) {
	if t.empty() {
		return
	}
	body, spans := p.buffer(), p.buffer()
	defer p.release(body)
	defer p.release(spans)
	root := &fitted{unfinished{top: t.root(), trace: t.id, end: p.now()}}
	tr := transaction{id: p.newID(), root: root, status: "unknown", crumbs: t.crumbs, dropped: t.dropped}
	*spans = t.all((*spans)[:0], p.otlp)
	tr.spans = *spans
	p.send(body, &tr, ended{span: root, status: tr.status, outcome: anon.Started})
}

// ForceFlush has nothing to do: what is held waits for its root, everything
// else is in the spool.
func (p *processor) ForceFlush(context.Context) error { return nil }

// Shutdown sends what is held for roots that have not ended. Spans that end
// later are not sent.
func (p *processor) Shutdown(context.Context) error {
	if p.closed.Swap(true) {
		return nil
	}
	for _, t := range p.drain() {
		p.giveUp(t)
	}
	return nil
}

func (p *processor) drain() []stale {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.traces.drain()
}

func (p *processor) scratch() *scratch {
	if s, ok := p.scratches.Get().(*scratch); ok {
		return s
	}
	return new(scratch)
}

func (p *processor) buffer() *[]byte {
	if b, ok := p.buffers.Get().(*[]byte); ok {
		return b
	}
	return new([]byte)
}

// release keeps a buffer for the next use, unless it grew too large to keep.
func (p *processor) release(b *[]byte) {
	if cap(*b) <= 2*maxBytes {
		p.buffers.Put(b)
	}
}
