package sentry

import (
	"encoding/hex"

	sentrygo "github.com/getsentry/sentry-go"
	"go.opentelemetry.io/otel/attribute"

	"github.com/otelbridge/otelbridge-go/anon"
)

// events makes an issue of each exception of a span and a breadcrumb of each
// other event. A step that was told to stop did not fail.
func (p *processor) events(e ended) {
	for _, event := range e.span.Events() {
		if event.Name != exceptionEvent {
			p.crumb(e.span.SpanContext().TraceID(), crumbOf(event))
			continue
		}
		if e.outcome != anon.Canceled {
			p.failure(exceptionOf(event), whereOf(e))
		}
	}
}

// failure makes an issue of an exception of a span, unless it was told already.
func (p *processor) failure(x exception, at where) {
	if x.told {
		p.again(&x, at)
	} else if p.first(&x, at, byStep) {
		p.issue(&x, at)
	}
}

// where is the span that an issue belongs to, if any.
type where struct {
	trace        traceID
	span, parent spanID
	name, op     string
	status       string
	attrs        []attribute.KeyValue
	dropped      int // attributes that are not among them
}

func whereOf(e ended) where {
	c := e.span.SpanContext()
	return where{
		trace: c.TraceID(), span: c.SpanID(), parent: e.span.Parent().SpanID(),
		name: e.span.Name(), op: opOf(e.span), status: e.status,
		attrs: e.span.Attributes(), dropped: e.span.DroppedAttributes(),
	}
}

// issue sends an exception.
func (p *processor) issue(x *exception, at where) { p.report(&p.facts, x, at) }

func (p *processor) report(f *facts, x *exception, at where) {
	id := p.newID()
	transaction, crumbs := p.run(at)
	event := f.event(x, at, p.program())
	event.EventID = sentrygo.EventID(hex.EncodeToString(id[:]))
	event.Transaction = transaction
	event.Tags = f.tagsOf(at.attrs, p.runOf(at.trace))
	body := p.buffer()
	defer p.release(body)
	*body = f.appendHeader((*body)[:0], id, at.trace, transaction)
	*body = appendItem(*body, "event", func(dst []byte) []byte { return append(dst, encode(event, crumbs)...) })
	p.issues.put(envelopeType, *body)
}

func (p *processor) runOf(id traceID) string {
	if !id.IsValid() {
		return ""
	}
	return p.runID(id)
}

// run is the name of the transaction that a span belongs to and what happened
// before: in its run, and outside of any.
func (p *processor) run(at where) (string, crumbs) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.traces.byID[at.trace]
	if t == nil {
		return at.name, p.loose.with(crumbs{})
	}
	return t.top.name, p.loose.with(t.crumbs)
}

// event is the issue without what only the processor knows.
func (f *facts) event(x *exception, at where, b program) *sentrygo.Event {
	e := &sentrygo.Event{
		Level: x.level, Platform: "go", Release: f.release, Environment: f.environment,
		Sdk:       sentrygo.SdkInfo{Name: sdkName, Version: sdkVersion},
		Timestamp: x.time.UTC(), Logger: x.logger, Message: x.message,
		Exception: x.values(b), Contexts: map[string]sentrygo.Context{},
	}
	for name, c := range f.contexts {
		e.Contexts[name] = c
	}
	if at.trace.IsValid() {
		e.Contexts["trace"] = at.context()
	}
	addDropped(e.Contexts, "exceptions_dropped", x.dropped)
	if len(x.links) == 0 {
		e.Threads = threadsOf(x, b)
	}
	e.Fingerprint = fingerprint(x, at, e.Exception)
	return e
}

func (w where) context() sentrygo.Context {
	c := sentrygo.Context{"trace_id": w.trace.String(), "span_id": w.span.String()}
	if w.op != "" {
		c["op"] = w.op
	}
	if w.parent.IsValid() {
		c["parent_span_id"] = w.parent.String()
	}
	if w.status != "" {
		c["status"] = w.status
	}
	if len(w.attrs) > 0 || w.dropped > 0 {
		c["data"] = dataOf(w.attrs, w.dropped, maxData)
	}
	return c
}
