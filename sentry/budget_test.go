package sentry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// fills are what fills a text: JSON writes some of it in six bytes each.
var fills = map[string]string{"words": "words and more ", "markup": "<", "quotes": `"`, "invalid": "\xff"}

// bounded checks that Sentry would take everything that was sent.
func (r *rig) bounded() {
	r.t.Helper()
	for _, e := range r.envelopes() {
		if len(e.raw) > 1<<20 {
			r.t.Errorf("a %s of %d bytes", e.kind, len(e.raw))
		}
		if e.kind == "event" && e.at("level") == "error" && e.at("exception", "values", 0) == nil {
			r.t.Errorf("an issue without its error")
		}
	}
}

// TestEventsAreBounded fills everything that an issue and a transaction can carry:
// Sentry refuses events of more than 1 MiB.
func TestEventsAreBounded(t *testing.T) {
	for name, fill := range fills {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, disclose(anon.DiscloseAll))
			huge := strings.Repeat(fill, 64<<10/len(fill))
			var many []attribute.KeyValue
			for i := range 100 {
				many = append(many, attribute.String(fmt.Sprint("k", i), huge[:16<<10]), attribute.Int(fmt.Sprint(i, huge[:4<<10]), i))
			}
			l := r.logger(new(bytes.Buffer), slog.LevelInfo)
			ctx, root := r.tracer.Start(t.Context(), huge, trace.WithAttributes(many...), trace.WithLinks(linksOf(many[:8])...))
			for range maxCrumbs + 5 {
				l.InfoContext(ctx, huge[:2000], "data", huge, "more", huge[:900])
				l.Info(huge[:2000], "more", huge[:900])
			}
			for range maxSpans + 5 {
				_, s := r.tracer.Start(ctx, huge[:900], trace.WithAttributes(attribute.String("a", huge[:900])))
				s.End()
			}
			root.AddEvent(huge, trace.WithAttributes(many...))
			root.RecordError(deep(&tableError{huge}))
			root.AddEvent(exceptionEvent, trace.WithAttributes(otelbridge.Exception(deep(&tableError{huge}))...))
			root.AddEvent(exceptionEvent, trace.WithAttributes(hugeChain(huge)...))
			l.ErrorContext(ctx, huge, "err", &tableError{huge}, "data", huge)
			root.End()
			l.Error(huge, "err", &tableError{huge})
			r.bounded()
			if n := len(r.of("event")); n != 5 {
				t.Errorf("%d issues, want 5", n)
			}
			if got := r.one("transaction"); got.at("spans", 0) == nil || got.at("breadcrumbs", 0) == nil {
				t.Errorf("a transaction without spans or breadcrumbs: %.2000s", got.raw)
			}
		})
	}
}

func linksOf(attrs []attribute.KeyValue) (links []trace.Link) {
	for i := range byte(100) {
		links = append(links, trace.Link{
			SpanContext: trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: spanID{i + 1}}), Attributes: attrs,
		})
	}
	return links
}

// deep wraps an error many times, each in a type of its own words.
func deep(err error) error {
	for range 50 {
		err = fmt.Errorf("wrapped: %w", err)
	}
	return err
}

// hugeChain is an exception that a host wrote itself, with all that one can have.
func hugeChain(huge string) []attribute.KeyValue {
	stack := strings.Repeat("main.f"+huge[:100]+"(...)\n\t/f.go:7\n", 80)
	links := make([]link, 2*maxLinks)
	for i := range links {
		links[i] = link{Type: huge[:20], Value: huge[:20], Parent: i - 1, Source: huge[:20]}
	}
	for i := range links[:6] {
		links[i] = link{Type: huge[:1024], Value: huge[:9000], Parent: i - 1, Source: huge[:20], Stack: stack}
	}
	text, _ := json.Marshal(links)
	return []attribute.KeyValue{attribute.String(exceptionType, huge), attribute.String(string(anon.ChainKey), string(text))}
}

// TestOrdinaryRunFits is a run with a thousand steps, each with a line in the log,
// as the default discloses it.
func TestOrdinaryRunFits(t *testing.T) {
	r := newRig(t)
	l := r.logger(new(bytes.Buffer), slog.LevelInfo)
	name := anon.DatasetName.String(strings.Repeat("d", 300))
	_ = r.step(t.Context(), "run", func(ctx context.Context) error {
		for range 990 {
			_ = r.step(ctx, "load", func(ctx context.Context) error {
				l.InfoContext(ctx, strings.Repeat("page fetched ", 70), "dataset.name", name.Value.AsString())
				return nil
			}, name, attribute.String("pipeline.name", name.Value.AsString()))
		}
		l.ErrorContext(ctx, "no", "err", errTable)
		return nil
	})
	r.bounded()
	for kind, spans := range map[string]int{"transaction": 990, "event": 0} {
		e := r.one(kind)
		got, _ := e.at("spans").([]any)
		spansDropped, _ := e.at("contexts", "otelbridge", "spans_dropped").(float64)
		if len(got)+int(spansDropped) != spans {
			t.Errorf("%s: %d spans and %v dropped", kind, len(got), spansDropped)
		}
		list, _ := e.at("breadcrumbs").([]any)
		dropped, _ := e.at("contexts", "otelbridge", "breadcrumbs_dropped").(float64)
		if len(list) == 0 || len(list)+int(dropped) != 990 {
			t.Errorf("%s: %d breadcrumbs and %v dropped of 990", kind, len(list), dropped)
		}
	}
}

// TestDroppedAreCounted: what an issue has no room for is told in it.
func TestDroppedAreCounted(t *testing.T) {
	r := newRig(t, disclose(anon.DiscloseAll))
	_, s := r.tracer.Start(t.Context(), "run")
	for i := range 100 {
		s.SetAttributes(attribute.String(fmt.Sprint("k", i), strings.Repeat("v", 16<<10)))
	}
	s.AddEvent(exceptionEvent, trace.WithAttributes(hugeChain(strings.Repeat("x", 64<<10))...))
	s.End()
	for _, e := range r.envelopes() {
		data := e.at("contexts", "trace", "data").(map[string]any)
		if dropped, _ := data[droppedKey].(float64); dropped == 0 || len(data)-1+int(dropped) != 100 {
			t.Errorf("%s: %d attributes and %v dropped of 100", e.kind, len(data)-1, data[droppedKey])
		}
	}
	e := r.one("event")
	values := e.at("exception", "values").([]any)
	if len(values) > maxLinks {
		t.Errorf("%d exceptions, at most %d", len(values), maxLinks)
	}
	if dropped, _ := e.at("contexts", "otelbridge", "exceptions_dropped").(float64); len(values)+int(dropped) != 2*maxLinks {
		t.Errorf("%d exceptions and %v dropped of %d", len(values), dropped, 2*maxLinks)
	}
	if last := values[len(values)-1]; at(last, "mechanism", "parent_id") != nil {
		t.Errorf("the error itself is missing: %v", at(last, "mechanism"))
	}
}

// TestChainWithoutRoom keeps of a chain that is too long the error itself, and of
// the breadcrumbs those that still find room. Markup is written in six bytes each.
func TestChainWithoutRoom(t *testing.T) {
	r := newRig(t)
	l := r.logger(new(bytes.Buffer), slog.LevelInfo)
	for range maxCrumbs {
		l.Info(strings.Repeat("c", maxName))
	}
	for _, length := range []int{5400, maxMessage} {
		one := `{"type":"t","value":"` + strings.Repeat("<", length) + `","parent":-1}`
		chain := "[" + strings.Repeat(one+",", maxLinks-2) + one + "]"
		_, s := r.tracer.Start(t.Context(), "run")
		s.AddEvent(exceptionEvent, trace.WithAttributes(anon.ChainKey.String(chain)))
		s.End()
		issues := r.of("event")
		e := issues[len(issues)-1]
		values, _ := e.at("exception", "values").([]any)
		dropped, _ := e.at("contexts", "otelbridge", "exceptions_dropped").(float64)
		if len(e.raw) > 1<<20 || len(values) < 10 || len(values)+int(dropped) != maxLinks-1 {
			t.Errorf("%d: %d bytes with %d exceptions, %v dropped of %d", length, len(e.raw), len(values), dropped, maxLinks-1)
		}
		list, _ := e.at("breadcrumbs").([]any)
		dropped, _ = e.at("contexts", "otelbridge", "breadcrumbs_dropped").(float64)
		if dropped == 0 || len(list)+int(dropped) != maxCrumbs {
			t.Errorf("%d: %d breadcrumbs and %v dropped of %d", length, len(list), dropped, maxCrumbs)
		}
	}
}

func TestOTLPSpansAreBounded(t *testing.T) {
	r := newRig(t, disclose(anon.DiscloseAll), useOTLP)
	var many []attribute.KeyValue
	for i := range 100 {
		many = append(many, attribute.String(fmt.Sprint("k", i), strings.Repeat("v", 16<<10)))
	}
	_, s := r.tracer.Start(t.Context(), "run", trace.WithAttributes(many...), trace.WithLinks(linksOf(many[:5])...))
	s.End()
	body := r.queue.bodies[0]
	span := readRequest(t, body).ScopeSpans[0].Spans[0]
	if len(body) > 64<<10 || span.DroppedAttributesCount == 0 {
		t.Errorf("%d bytes, %d attributes dropped", len(body), span.DroppedAttributesCount)
	}
	if len(span.Links) != 100 || span.Links[0].DroppedAttributesCount != 5 {
		t.Errorf("%d links, %d attributes of the first dropped", len(span.Links), span.Links[0].DroppedAttributesCount)
	}
}

// TestCrumbsAreHeldWithinBounds fills open traces with events: their memory is
// counted with that of the spans, and what finds no room is told.
func TestCrumbsAreHeldWithinBounds(t *testing.T) {
	r := newRig(t, disclose(anon.DiscloseAll))
	const runs, events, others = 64, 40, maxHeld - 4<<20
	r.processor.traces.bytes = others
	roots := make([]trace.Span, runs)
	for i := range roots {
		var ctx context.Context
		ctx, roots[i] = r.tracer.Start(t.Context(), "run")
		_, s := r.tracer.Start(ctx, "load")
		for range events {
			s.AddEvent("page", trace.WithAttributes(attribute.String("a", strings.Repeat("v", 5<<10))))
		}
		s.End()
	}
	held, crumbs := others, others
	for _, open := range r.processor.traces.byID {
		if open.crumbs.bytes > maxCrumbBytes {
			t.Fatalf("one trace holds %d bytes of breadcrumbs", open.crumbs.bytes)
		}
		held += open.memory()
		crumbs += open.crumbs.bytes
	}
	if held != r.processor.traces.bytes || crumbs > maxHeld+1<<20 {
		t.Errorf("%d bytes are held, %d of breadcrumbs, %d are counted, %d allowed", held, crumbs, r.processor.traces.bytes, maxHeld)
	}
	for _, s := range roots {
		s.End()
	}
	for _, e := range r.of("transaction") {
		list, _ := e.at("breadcrumbs").([]any)
		dropped, _ := e.at("contexts", "otelbridge", "breadcrumbs_dropped").(float64)
		if len(list)+int(dropped) != events {
			t.Fatalf("%d breadcrumbs and %v dropped of %d", len(list), dropped, events)
		}
	}
	r.processor.traces.bytes -= others
	r.empty()
}

// TestOpenSpansAreBounded leaks far more spans than are noted. What ends below
// them is counted, and does not become a transaction each.
func TestOpenSpansAreBounded(t *testing.T) {
	r := newRig(t)
	ctx, root := r.tracer.Start(t.Context(), "run")
	var last context.Context
	for range 2 * maxOpen {
		last, _ = r.tracer.Start(ctx, "leaked")
	}
	for range 3 {
		_, s := r.tracer.Start(last, "below")
		s.End()
	}
	open := r.processor.traces.byID[root.SpanContext().TraceID()]
	if len(open.open) != maxOpen || open.memory() > maxOpen*openCost+1<<20 {
		t.Errorf("%d open spans are noted, %d bytes", len(open.open), open.memory())
	}
	root.End()
	if dropped := r.one("transaction").at("contexts", "otelbridge", "spans_dropped"); dropped != 3.0 {
		t.Errorf("%v spans were dropped, want 3", dropped)
	}
}

// TestGivenUpTraceTellsWhatItDropped: a trace that held nothing, for lack of room,
// is not given up in silence.
func TestGivenUpTraceTellsWhatItDropped(t *testing.T) {
	r := newRig(t)
	now := epoch
	r.processor.now = func() time.Time { return now }
	r.processor.traces.bytes = maxHeld
	ctx, _ := r.tracer.Start(t.Context(), "leaked")
	_ = r.step(ctx, "done", func(context.Context) error { return errors.New("no room") })
	r.processor.traces.bytes -= maxHeld
	now = now.Add(2 * patience)
	_ = r.step(t.Context(), "next", func(context.Context) error { return nil })
	all := r.of("transaction")
	if len(all) != 2 || all[0].at("transaction") != "leaked" || all[0].at("contexts", "otelbridge", "spans_dropped") != 1.0 {
		t.Errorf("sent:\n%s", strings.Join(r.texts(), "\n"))
	}
	r.empty()
}
