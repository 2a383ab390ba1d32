package sentry

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// readRequest reads a body as OTLP's own types.
func readRequest(t *testing.T, body []byte) *tracepb.ResourceSpans {
	t.Helper()
	data := new(tracepb.TracesData)
	if err := proto.Unmarshal(body, data); err != nil {
		t.Fatal(err)
	}
	if len(data.ResourceSpans) != 1 || len(data.ResourceSpans[0].ScopeSpans) != 1 {
		t.Fatalf("more or less than one group: %v", data)
	}
	return data.ResourceSpans[0]
}

func textsOf(attrs []*commonpb.KeyValue) map[string]string {
	texts := map[string]string{}
	for _, kv := range attrs {
		texts[kv.Key] = kv.Value.GetStringValue()
	}
	return texts
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
	group := readRequest(t, body)
	if got := textsOf(group.Resource.Attributes); got["service.name"] != "loader" {
		t.Errorf("resource %v", got)
	}
	spans := group.ScopeSpans[0].Spans
	if len(spans) != 3 || group.ScopeSpans[0].Scope.Name != sdkName {
		t.Fatalf("%d spans of %v, want 3", len(spans), group.ScopeSpans[0].Scope)
	}
	root, extract, load := spans[0], spans[1], spans[2]
	if root.Name != "run" || extract.Name != "extract" || load.Name != "load" {
		t.Errorf("spans %s, %s, %s", root.Name, extract.Name, load.Name)
	}
	if !bytes.Equal(extract.ParentSpanId, root.SpanId) || !bytes.Equal(extract.TraceId, root.TraceId) {
		t.Error("the step is not below its run")
	}
	if load.Status.Code != tracepb.Status_STATUS_CODE_ERROR || extract.Status.Code != tracepb.Status_STATUS_CODE_UNSET || len(load.Events) != 0 {
		t.Errorf("status of load %v, of extract %v, events %v", load.Status, extract.Status, load.Events)
	}
	if attrs := extract.Attributes; len(attrs) != 2 || attrs[0].Key != "records.read" || attrs[0].Value.GetIntValue() != 300 {
		t.Errorf("attributes of extract %v", attrs)
	}
	if got := textsOf(root.Attributes); got["pipeline.name"] != "chess" || len(got["transaction_id"]) != 32 {
		t.Errorf("attributes of run %v", got)
	}
	if root.StartTimeUnixNano == 0 || root.EndTimeUnixNano < root.StartTimeUnixNano {
		t.Errorf("from %d to %d", root.StartTimeUnixNano, root.EndTimeUnixNano)
	}
}

// An unfinished root has only what was seen at its start.
func TestUnfinishedRootInOTLP(t *testing.T) {
	r := newRig(t, useOTLP)
	ctx, _ := r.tracer.Start(t.Context(), "run")
	_, step := r.tracer.Start(ctx, "load")
	step.End()
	if err := r.bridge.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(r.queue.bodies) != 1 {
		t.Fatalf("%d records, want 1", len(r.queue.bodies))
	}
	spans := readRequest(t, r.queue.bodies[0]).ScopeSpans[0].Spans
	if len(spans) != 2 || spans[0].Name != "run" || spans[1].Name != "load" {
		t.Errorf("spans %v", spans)
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
