package sentry

import (
	"encoding/hex"
	"encoding/json"

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
		x := exceptionOf(event)
		if !x.told && e.outcome != anon.Canceled && p.first(e.span.SpanContext().TraceID(), &x, byStep) {
			p.issue(&x, whereOf(e))
		}
	}
}

func dataOf(attrs []attribute.KeyValue) map[string]any {
	data := make(map[string]any, len(attrs))
	for _, kv := range attrs {
		data[string(kv.Key)] = json.RawMessage(appendValue(nil, kv.Value))
	}
	return data
}

// crumb adds to what happened in a run, or outside of any.
func (p *processor) crumb(id traceID, c *sentrygo.Breadcrumb) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := p.traces.byID[id]; t != nil {
		t.crumbs = t.crumbs.add(c)
	} else {
		p.loose = p.loose.add(c)
	}
}

// where is the span that an issue belongs to, if any.
type where struct {
	trace        traceID
	span, parent spanID
	name, op     string
	status       string
	attrs        []attribute.KeyValue
}

func whereOf(e ended) where {
	c := e.span.SpanContext()
	return where{
		trace: c.TraceID(), span: c.SpanID(), parent: e.span.Parent().SpanID(),
		name: e.span.Name(), op: opOf(e.span), status: e.status, attrs: e.span.Attributes(),
	}
}

// issue sends an exception.
func (p *processor) issue(x *exception, at where) { p.report(&p.facts, x, at) }

func (p *processor) report(f *facts, x *exception, at where) {
	id := p.newID()
	transaction, crumbs := p.run(at)
	event := f.event(x, at, p.program())
	event.EventID = sentrygo.EventID(hex.EncodeToString(id[:]))
	event.Transaction, event.Breadcrumbs = transaction, crumbs
	event.Tags = f.tagsOf(at.attrs, p.runOf(at.trace))
	body := p.buffer()
	defer p.release(body)
	*body = f.appendHeader((*body)[:0], id, at.trace, transaction)
	*body = appendItem(*body, "event", func(dst []byte) []byte { return append(dst, mustJSON(wire(event))...) })
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
func (p *processor) run(at where) (string, []*sentrygo.Breadcrumb) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.traces.byID[at.trace]
	if t == nil {
		return at.name, p.loose.with(nil)
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
	if len(x.links) == 0 {
		e.Threads = threadsOf(x, b)
	}
	e.Fingerprint = fingerprint(x, at, e.Exception)
	return e
}

// wireEvent is an event as it is sent: with the lists that Sentry's protocol
// wants in an object, which sentry-go does not write and only Sentry itself can
// do without, and with no user.
type wireEvent struct {
	*plainEvent
	Exception *list[sentrygo.Exception] `json:"exception,omitempty"`
	Threads   *list[sentrygo.Thread]    `json:"threads,omitempty"`
	User      *sentrygo.User            `json:"user,omitempty"`
}

// plainEvent is an event without its own MarshalJSON.
type plainEvent sentrygo.Event

type list[T any] struct {
	Values []T `json:"values"`
}

func wire(e *sentrygo.Event) wireEvent {
	return wireEvent{plainEvent: (*plainEvent)(e), Exception: listOf(e.Exception), Threads: listOf(e.Threads)}
}

func listOf[T any](values []T) *list[T] {
	if len(values) == 0 {
		return nil
	}
	return &list[T]{values}
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
	if len(w.attrs) > 0 {
		c["data"] = dataOf(w.attrs)
	}
	return c
}
