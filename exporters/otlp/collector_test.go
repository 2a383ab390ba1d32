package otlp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// TestCollector sends spans, plain and compressed, to a real Collector and
// reads them back from the file it writes: .ci/collector/run go test
// ./exporters/otlp -run TestCollector
func TestCollector(t *testing.T) {
	base, file := os.Getenv("COLLECTOR_ENDPOINT"), os.Getenv("COLLECTOR_FILE")
	if base == "" || file == "" {
		t.Skip("COLLECTOR_ENDPOINT and COLLECTOR_FILE name no Collector")
	}
	r := new(recorder)
	s := setup(t, r, r.report)
	s.Settings.OTLPEndpoint = otelbridge.Value{Text: base, Source: "COLLECTOR_ENDPOINT"}
	outlet, err := Route(s)
	if err != nil {
		t.Fatal(err)
	}
	p := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(outlet.Processor))
	const steps = 1000
	root := pipeline(t, p, steps)
	if err := p.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	encodings := map[string]int{}
	for _, rec := range r.taken() {
		encodings[rec.header.Get("Content-Encoding")]++
		deliver(t, outlet, rec)
	}
	if encodings[""] == 0 || encodings["gzip"] == 0 {
		t.Errorf("requests by encoding: %v, want both", encodings)
	}
	checkWritten(t, await(t, file, root.TraceID(), steps+1), root)
}

// pipeline is a run of n steps, the last of which fails.
func pipeline(t *testing.T, p *sdktrace.TracerProvider, n int) trace.SpanContext {
	t.Helper()
	tracer := p.Tracer("github.com/example/chess")
	ctx, run := tracer.Start(context.Background(), "run")
	for i := range n {
		_, step := tracer.Start(ctx, "load", trace.WithAttributes(
			anon.DestinationName.String("duckdb"), anon.RecordsWritten.Int(i), attribute.String("note", "canary"),
		))
		if i == n-1 {
			step.RecordError(errors.New("disk full"))
		}
		step.End()
		if i == 0 { // a short first record is spooled plain
			if err := p.ForceFlush(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
	run.End()
	return run.SpanContext()
}

// deliver sends what was spooled as the uploader would.
func deliver(t *testing.T, outlet otelbridge.Outlet, rec record) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, outlet.Endpoint, bytes.NewReader(rec.body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = rec.header.Clone()
	client := &http.Client{Transport: &http.Transport{}, Timeout: 10 * time.Second}
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", resp.Status, body)
	}
	if got := outlet.Answer(resp.StatusCode, resp.Header, body); got != (otelbridge.Reply{}) {
		t.Errorf("answer %+v", got)
	}
}

// written is a line of the Collector's file, as far as it is looked at.
type written struct {
	ResourceSpans []struct {
		ScopeSpans []struct{ Spans []writtenSpan }
	}
}

type writtenSpan struct {
	TraceID, SpanID, ParentSpanID, Name string
	Attributes                          []writtenAttribute
	Events                              []struct {
		Name       string
		Attributes []writtenAttribute
	}
}

type writtenAttribute struct {
	Key   string
	Value struct{ StringValue, IntValue string }
}

// await reads the file until n spans of the trace are in it.
func await(t *testing.T, file string, id trace.TraceID, n int) []writtenSpan {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		spans := read(t, file, id)
		if len(spans) >= n {
			return spans
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%d of %d spans came out of the Collector", len(spans), n)
		}
	}
}

func read(t *testing.T, file string, id trace.TraceID) []writtenSpan {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "canary") {
		t.Fatal("an undeclared attribute came out of the Collector")
	}
	var spans []writtenSpan
	for line := range strings.Lines(string(text)) {
		var w written
		if !strings.HasSuffix(line, "\n") {
			break // is still being written
		}
		if err := json.Unmarshal([]byte(line), &w); err != nil {
			t.Fatal(err)
		}
		for _, group := range w.ResourceSpans {
			for _, scope := range group.ScopeSpans {
				for _, s := range scope.Spans {
					if s.TraceID == id.String() {
						spans = append(spans, s)
					}
				}
			}
		}
	}
	return spans
}

func checkWritten(t *testing.T, spans []writtenSpan, root trace.SpanContext) {
	t.Helper()
	ids, messages := map[string]bool{}, 0
	for _, s := range spans {
		ids[s.SpanID] = true
		if s.Name == "load" && s.ParentSpanID != root.SpanID().String() {
			t.Errorf("the parent of a step is %q", s.ParentSpanID)
		}
		if s.Name == "load" && len(s.Attributes) != 2 {
			t.Errorf("attributes %v, want the two declared ones", s.Attributes)
		}
		for _, event := range s.Events {
			for _, a := range event.Attributes {
				if a.Key == "exception.message" && a.Value.StringValue == "disk full" {
					messages++
				}
			}
		}
	}
	if len(ids) != len(spans) || messages != 1 {
		t.Errorf("%d different spans of %d, %d exceptions", len(ids), len(spans), messages)
	}
}
