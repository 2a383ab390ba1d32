package sentry

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// message is a protobuf message read back: the values of each field.
type message map[int][]any

// readMessage reads varints and fixed numbers as uint64 and everything else as
// []byte, and fails on what does not end where it should.
func readMessage(t *testing.T, b []byte) message {
	t.Helper()
	m := message{}
	for len(b) > 0 {
		tag, rest := readVarint(t, b)
		field, wire := int(tag>>3), int(tag&7)
		var v any
		switch wire {
		case wireVarint:
			v, b = readVarint(t, rest)
		case wireFixed64, wireFixed32:
			size := map[int]int{wireFixed64: 8, wireFixed32: 4}[wire]
			var n uint64
			for i := range size {
				n |= uint64(rest[i]) << (8 * i)
			}
			v, b = n, rest[size:]
		case wireBytes:
			length, rest := readVarint(t, rest)
			if length > uint64(len(rest)) {
				t.Fatalf("field %d is longer than its message", field)
			}
			v, b = rest[:length], rest[length:]
		default:
			t.Fatalf("wire type %d", wire)
		}
		m[field] = append(m[field], v)
	}
	return m
}

func readVarint(t *testing.T, b []byte) (uint64, []byte) {
	t.Helper()
	var n uint64
	for i, c := range b {
		n |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			return n, b[i+1:]
		}
	}
	t.Fatal("a varint without end")
	return 0, nil
}

func (m message) message(t *testing.T, field, i int) message {
	t.Helper()
	return readMessage(t, m[field][i].([]byte))
}

func (m message) text(field int) string {
	if len(m[field]) == 0 {
		return ""
	}
	return string(m[field][0].([]byte))
}

func attributesOf(t *testing.T, m message, field int) map[string]any {
	out := map[string]any{}
	for i := range m[field] {
		kv := m.message(t, field, i)
		for kind, v := range kv.message(t, keyValueValue, 0) {
			if b, ok := v[0].([]byte); ok && kind == anyString {
				out[kv.text(keyValueKey)] = string(b)
			} else {
				out[kv.text(keyValueKey)] = v[0]
			}
		}
	}
	return out
}

func TestTracesInOTLP(t *testing.T) {
	r := newRig(t, useOTLP)
	_ = r.step(t.Context(), "run", func(ctx context.Context) error {
		_ = otelbridge.Step(ctx, "extract", func(context.Context) error { return nil }, anon.RecordsRead.Int64(300))
		return otelbridge.Step(ctx, "load", func(context.Context) error { return &tableError{"games"} })
	}, anon.PipelineName.String("chess"), attribute.String("undeclared", "canary"))
	if len(r.queue.bodies) != 2 {
		t.Fatalf("%d records, want an issue and a trace", len(r.queue.bodies))
	}
	if r.queue.types[0] != envelopeType || r.queue.types[1] != otlpType {
		t.Errorf("content types %v", r.queue.types)
	}
	if issue := readEnvelope(t, r.queue.bodies[0]); issue.kind != "event" {
		t.Errorf("the first record is a %s", issue.kind)
	}
	body := r.queue.bodies[1]
	if strings.Contains(string(body), "canary") {
		t.Error("an undeclared attribute was sent")
	}
	resourceSpans := readMessage(t, body).message(t, requestResourceSpans, 0)
	if got := attributesOf(t, resourceSpans.message(t, resourceSpansResource, 0), resourceAttributes); got["service.name"] != "loader" {
		t.Errorf("resource %v", got)
	}
	scoped := resourceSpans.message(t, resourceSpansScope, 0)
	if len(scoped[scopeSpansSpans]) != 3 {
		t.Fatalf("%d spans, want 3", len(scoped[scopeSpansSpans]))
	}
	root, extract, load := scoped.message(t, scopeSpansSpans, 0), scoped.message(t, scopeSpansSpans, 1), scoped.message(t, scopeSpansSpans, 2)
	if root.text(spanName) != "run" || extract.text(spanName) != "extract" || load.text(spanName) != "load" {
		t.Errorf("spans %s, %s, %s", root.text(spanName), extract.text(spanName), load.text(spanName))
	}
	if extract.text(spanParent) != root.text(spanSpan) || extract.text(spanTrace) != root.text(spanTrace) {
		t.Error("the step is not below its run")
	}
	if load.message(t, spanStatus, 0)[statusCode][0] != uint64(2) || len(root[spanStatus]) != 0 {
		t.Errorf("status of load %v, of run %v", load[spanStatus], root[spanStatus])
	}
	if got := attributesOf(t, extract, spanAttributes); got["records.read"] != uint64(300) {
		t.Errorf("attributes of extract %v", got)
	}
	if got := attributesOf(t, root, spanAttributes); got["pipeline.name"] != "chess" || len(got["transaction_id"].(string)) != 32 {
		t.Errorf("attributes of run %v", got)
	}
	if start, end := root[spanStart][0].(uint64), root[spanEnd][0].(uint64); start == 0 || end < start {
		t.Errorf("from %d to %d", start, end)
	}
}

func TestEveryValueInOTLP(t *testing.T) {
	r := newRig(t, useOTLP, disclose(anon.DiscloseAll))
	other := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{9}, SpanID: trace.SpanID{8}})
	_, s := r.tracer.Start(t.Context(), "run", trace.WithLinks(trace.Link{SpanContext: other}), trace.WithAttributes(
		attribute.Bool("bool", true), attribute.Int("negative", -1), attribute.Float64("double", 1.5),
		attribute.StringSlice("words", []string{"a", "b"}), attribute.Int64Slice("ints", []int64{1, 2}),
		attribute.String("long", strings.Repeat("x", 1000)),
	))
	s.End()
	span := readMessage(t, r.queue.bodies[0]).message(t, requestResourceSpans, 0).
		message(t, resourceSpansScope, 0).message(t, scopeSpansSpans, 0)
	got := attributesOf(t, span, spanAttributes)
	if got["bool"] != uint64(1) || int64(got["negative"].(uint64)) != -1 || got["double"] != uint64(0x3ff8000000000000) || len(got["long"].(string)) != 1000 {
		t.Errorf("attributes %v", got)
	}
	if link := span.message(t, spanLinks, 0); link.text(linkSpan) != string([]byte{8, 0, 0, 0, 0, 0, 0, 0}) {
		t.Errorf("link %v", link)
	}
}

// TestTwoWaysIn checks that signing sends each content type to its own path of
// the same host.
func TestTwoWaysIn(t *testing.T) {
	p, err := parseDSN("https://key@sentry.example.com:8443/prefix/42")
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string]string{
		envelopeType: "https://sentry.example.com:8443/prefix/api/42/envelope/",
		otlpType:     "https://sentry.example.com:8443/prefix/api/42/integration/otlp/v1/traces/",
	} {
		url := *p.envelope
		request := &http.Request{URL: &url, Header: http.Header{"Content-Type": {kind}}}
		if err := p.sign(request); err != nil {
			t.Fatal(err)
		}
		if got := request.URL.String(); got != want {
			t.Errorf("%s goes to %s, want %s", kind, got, want)
		}
		if got := request.Header.Get("X-Sentry-Auth"); !strings.HasPrefix(got, "Sentry sentry_version=7, ") || !strings.HasSuffix(got, "sentry_key=key") {
			t.Errorf("X-Sentry-Auth: %s", got)
		}
	}
}
