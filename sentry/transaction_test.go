package sentry

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

func TestRunIsOneTransaction(t *testing.T) {
	r := newRig(t)
	err := r.step(t.Context(), "run", func(ctx context.Context) error {
		if err := otelbridge.Step(ctx, "extract", func(context.Context) error { return nil }, anon.RecordsWritten.Int64(7)); err != nil {
			return err
		}
		return otelbridge.Step(ctx, "load", func(context.Context) error { return nil })
	}, anon.PipelineName.String("chess"), anon.DestinationName.String("duckdb"), anon.DatasetName.String("games"),
		anon.RecordsWritten.Int64(7), anon.BytesWritten.Int64(512), attribute.String("undeclared", "canary"))
	if err != nil {
		t.Fatal(err)
	}
	e := r.one("transaction")
	for _, c := range []struct {
		want any
		path []any
	}{
		{"transaction", []any{"type"}},
		{"run", []any{"transaction"}},
		{"go", []any{"platform"}},
		{"loader@1.2.3", []any{"release"}},
		{nil, []any{"environment"}},
		{nil, []any{"server_name"}},
		{nil, []any{"modules"}},
		{nil, []any{"user"}},
		{"ok", []any{"contexts", "trace", "status"}},
		{"run", []any{"contexts", "trace", "op"}},
		{nil, []any{"contexts", "trace", "parent_span_id"}},
		{"chess", []any{"tags", "pipeline"}},
		{"duckdb", []any{"tags", "destination"}},
		{"games", []any{"tags", "dataset"}},
		{512.0, []any{"measurements", "bytes.written", "value"}},
		{"byte", []any{"measurements", "bytes.written", "unit"}},
		{7.0, []any{"measurements", "records.written", "value"}},
		{"extract", []any{"spans", 0, "description"}},
		{e.at("contexts", "trace", "span_id"), []any{"spans", 0, "parent_span_id"}},
		{e.at("contexts", "trace", "span_id"), []any{"spans", 1, "parent_span_id"}},
		{7.0, []any{"spans", 0, "data", "records.written"}},
		{"load", []any{"spans", 1, "op"}},
		{"ok", []any{"spans", 1, "status"}},
		{nil, []any{"spans", 2}},
		{"loader", []any{"contexts", "otel", "resource", "service.name"}},
	} {
		if got := e.at(c.path...); got != c.want {
			t.Errorf("%v is %v, want %v", c.path, got, c.want)
		}
	}
	if strings.Contains(string(e.raw), "canary") || strings.Contains(string(e.raw), "undeclared") {
		t.Errorf("an undeclared attribute was sent:\n%s", e.raw)
	}
	id := e.at("contexts", "trace", "trace_id")
	if at(e.header, "trace", "trace_id") != id || id != e.at("spans", 0, "trace_id") {
		t.Errorf("the trace ids differ: %v in the header, %v in the context", e.header, id)
	}
	tid, _ := trace.TraceIDFromHex(fmt.Sprint(id))
	if want := r.processor.hasher.RunID(tid); e.at("tags", "transaction_id") != want {
		t.Errorf("transaction_id is %v, want %v as in the anonymous events", e.at("tags", "transaction_id"), want)
	}
	if e.header["event_id"] != e.at("event_id") {
		t.Errorf("event ids differ: %v, %v", e.header["event_id"], e.at("event_id"))
	}
	for _, secret := range []string{"dsn", "sent_at"} {
		if _, ok := e.header[secret]; ok {
			t.Errorf("the header has %q", secret)
		}
	}
	if strings.Contains(string(e.raw), "0123456789abcdef@") || strings.Contains(string(e.raw), `"0123456789abcdef"`) {
		t.Errorf("the key of the DSN was stored:\n%s", e.raw)
	}
}

// TestLateChild pins what sentry-go's issue 669 asked for: a span that ends, or
// even starts, after its root has ended is not lost and not a trace of its own.
func TestLateChild(t *testing.T) {
	r := newRig(t)
	ctx, root := r.tracer.Start(t.Context(), "run")
	lateCtx, late := r.tracer.Start(ctx, "upload")
	_, inner := r.tracer.Start(lateCtx, "part")
	inner.End()
	root.End()
	first := r.one("transaction")
	if first.at("spans", 0) != nil {
		t.Errorf("the root took a span whose parent is open: %v", first.at("spans"))
	}
	late.End()
	_, after := r.tracer.Start(ctx, "cleanup")
	after.End()
	all := r.of("transaction")
	if len(all) != 3 {
		t.Fatalf("%d transactions, want run, upload and cleanup", len(all))
	}
	for i, name := range []string{"run", "upload", "cleanup"} {
		e := all[i]
		if e.at("transaction") != name || e.at("contexts", "trace", "trace_id") != first.at("contexts", "trace", "trace_id") {
			t.Errorf("transaction %d is %v of trace %v", i, e.at("transaction"), e.at("contexts", "trace", "trace_id"))
		}
		if i > 0 && e.at("contexts", "trace", "parent_span_id") != first.at("contexts", "trace", "span_id") {
			t.Errorf("%s hangs below %v", name, e.at("contexts", "trace", "parent_span_id"))
		}
	}
	if all[1].at("spans", 0, "description") != "part" {
		t.Errorf("the late span's own child is not below it: %v", all[1].at("spans"))
	}
	r.empty()
}

// empty checks that nothing is remembered of traces that ended.
func (r *rig) empty() {
	r.t.Helper()
	if n := len(r.processor.traces.byID); n != 0 || r.processor.traces.bytes != 0 {
		r.t.Errorf("%d traces with %d bytes are still held", n, r.processor.traces.bytes)
	}
}

func TestRemoteParent(t *testing.T) {
	r := newRig(t)
	remote := trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled, Remote: true,
	})
	ctx := trace.ContextWithRemoteSpanContext(t.Context(), remote)
	_ = r.step(ctx, "run", func(ctx context.Context) error {
		return otelbridge.Step(ctx, "load", func(context.Context) error { return nil })
	})
	_ = r.step(ctx, "run", func(context.Context) error { return nil })
	all := r.of("transaction")
	if len(all) != 2 || all[0].at("spans", 0, "description") != "load" {
		t.Fatalf("want two transactions, the first with a step:\n%s", strings.Join(r.texts(), "\n"))
	}
	for _, e := range all {
		if e.at("contexts", "trace", "parent_span_id") != remote.SpanID().String() || at(e.header, "trace", "trace_id") != remote.TraceID().String() {
			t.Errorf("not linked to the remote parent:\n%s", e.raw)
		}
	}
	r.empty()
}

// TestTwoRootsOfOneTrace runs two local roots of a remote trace at once.
func TestTwoRootsOfOneTrace(t *testing.T) {
	r := newRig(t)
	ctx := trace.ContextWithRemoteSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled, Remote: true,
	}))
	actx, a := r.tracer.Start(ctx, "a")
	bctx, b := r.tracer.Start(ctx, "b")
	for i := range 3 {
		_, s := r.tracer.Start(actx, "of a "+strconv.Itoa(i))
		s.End()
		_, s = r.tracer.Start(bctx, "of b "+strconv.Itoa(i))
		s.End()
	}
	a.End()
	b.End()
	for _, e := range r.of("transaction") {
		name := e.at("transaction").(string)
		for i := range 3 {
			if got := e.at("spans", i, "description"); got != "of "+name+" "+strconv.Itoa(i) {
				t.Errorf("span %d of %s is %v", i, name, got)
			}
		}
		if e.at("spans", 3) != nil {
			t.Errorf("%s has more than its own spans", name)
		}
	}
	r.empty()
}

func TestStatus(t *testing.T) {
	for want, end := range map[string]func(trace.Span){
		"ok":             func(trace.Span) {},
		"internal_error": func(s trace.Span) { s.SetStatus(codes.Error, "text of the host") },
		"cancelled":      func(s trace.Span) { s.SetAttributes(anon.OutcomeKey.String("canceled")) },
	} {
		r := newRig(t)
		_, s := r.tracer.Start(t.Context(), "run")
		end(s)
		s.End()
		if got := r.one("transaction").at("contexts", "trace", "status"); got != want {
			t.Errorf("status %v, want %s", got, want)
		}
		if strings.Contains(r.texts()[0], "text of the host") {
			t.Error("the status text was sent")
		}
	}
}

// TestHugeTrace holds a trace of 100,000 spans within its bound, keeps its upper
// part and tells how many spans are missing.
func TestHugeTrace(t *testing.T) {
	r := newRig(t)
	ctx, root := r.tracer.Start(t.Context(), "run")
	const groups, leaves = 100, 1000
	for g := range groups {
		gctx, group := r.tracer.Start(ctx, "group")
		for range leaves {
			_, leaf := r.tracer.Start(gctx, "leaf")
			leaf.End()
		}
		group.End()
		if held := r.processor.traces.bytes; held > maxBytes {
			t.Fatalf("%d bytes are held after group %d", held, g)
		}
	}
	root.End()
	e := r.one("transaction")
	spans := e.at("spans").([]any)
	names := map[any]int{}
	for _, s := range spans {
		names[at(s, "description")]++
	}
	dropped, _ := e.at("contexts", "otelbridge", "spans_dropped").(float64)
	if names["group"] != groups || len(spans) > maxSpans || len(spans)+int(dropped) != groups*(leaves+1) {
		t.Errorf("%d spans, %d of them groups, and %v dropped", len(spans), names["group"], dropped)
	}
	if len(e.raw) > 1<<20 {
		t.Errorf("the envelope has %d bytes", len(e.raw))
	}
	r.empty()
}

// TestSpansThatNeverEnd pins sentry-go's issue 959: what is never ended is
// forgotten, and what ended below it is sent.
func TestSpansThatNeverEnd(t *testing.T) {
	r := newRig(t)
	now := epoch
	r.processor.now = func() time.Time { return now }
	ctx, _ := r.tracer.Start(t.Context(), "leaked")
	_ = r.step(ctx, "done", func(context.Context) error { return nil })
	for range 20 {
		_, _ = r.tracer.Start(t.Context(), "leaked without anything below")
	}
	now = now.Add(2 * patience)
	_ = r.step(t.Context(), "next", func(context.Context) error { return nil })
	all := r.of("transaction")
	if len(all) != 2 {
		t.Fatalf("%d transactions, want the leaked one and the next:\n%s", len(all), strings.Join(r.texts(), "\n"))
	}
	if all[0].at("transaction") != "leaked" || all[0].at("contexts", "trace", "status") != "unknown" || all[0].at("spans", 0, "description") != "done" {
		t.Errorf("the leaked trace:\n%s", all[0].raw)
	}
	r.empty()
}

func TestTracesAreBounded(t *testing.T) {
	r := newRig(t)
	for range 3 * maxTraces {
		_, _ = r.tracer.Start(t.Context(), "leaked")
	}
	if n := len(r.processor.traces.byID); n > maxTraces {
		t.Errorf("%d traces are held, at most %d", n, maxTraces)
	}
}

func TestShutdownSendsWhatIsHeld(t *testing.T) {
	r := newRig(t)
	ctx, span := r.tracer.Start(t.Context(), "run")
	_ = r.step(ctx, "extract", func(context.Context) error { return nil })
	if err := r.bridge.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	e := r.one("transaction")
	if e.at("transaction") != "run" || e.at("spans", 0, "description") != "extract" {
		t.Errorf("the unfinished run:\n%s", e.raw)
	}
	span.End()
	if n := len(r.envelopes()); n != 1 {
		t.Errorf("%d envelopes after Shutdown", n)
	}
}

func TestEventsAndLinks(t *testing.T) {
	r := newRig(t)
	other := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{9}, SpanID: trace.SpanID{8}, TraceFlags: trace.FlagsSampled})
	_, s := r.tracer.Start(t.Context(), "run", trace.WithLinks(trace.Link{SpanContext: other, Attributes: []attribute.KeyValue{attribute.String("k", "canary")}}))
	s.AddEvent("page fetched", trace.WithAttributes(attribute.String("url", "canary")))
	s.RecordError(errors.New("boom"))
	s.End()
	e := r.one("transaction")
	if e.at("contexts", "trace", "links", 0, "span_id") != other.SpanID().String() || e.at("contexts", "trace", "links", 0, "sampled") != true {
		t.Errorf("links: %v", e.at("contexts", "trace", "links"))
	}
	if e.at("breadcrumbs", 0, "message") != "page fetched" || e.at("breadcrumbs", 1) != nil {
		t.Errorf("breadcrumbs: %v", e.at("breadcrumbs"))
	}
	if issue := r.one("event"); issue.at("breadcrumbs", 0, "message") != "page fetched" {
		t.Errorf("breadcrumbs of the issue: %v", issue.at("breadcrumbs"))
	}
	if text := strings.Join(r.texts(), ""); strings.Contains(text, "canary") {
		t.Errorf("attributes of an event or a link were sent:\n%s", text)
	}
}
