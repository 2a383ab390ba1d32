package sentry

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// queue is a spool in memory.
type queue struct {
	mu     sync.Mutex
	types  []string
	bodies [][]byte
}

func (q *queue) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.types = append(q.types, r.Header.Get("Content-Type"))
	q.bodies = append(q.bodies, body)
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: r}, nil
}

func (q *queue) all() [][]byte {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.bodies
}

// envelope is an envelope read back.
type envelope struct {
	header map[string]any
	kind   string
	item   map[string]any
	raw    []byte
}

func readEnvelope(t *testing.T, body []byte) envelope {
	t.Helper()
	e := envelope{raw: body}
	lines := bytes.SplitN(body, []byte("\n"), 3)
	if len(lines) != 3 {
		t.Fatalf("an envelope of %d lines:\n%s", len(lines), body)
	}
	var item struct {
		Type   string
		Length int
	}
	unmarshal(t, lines[0], &e.header)
	unmarshal(t, lines[1], &item)
	if len(lines[2]) != item.Length+1 {
		t.Fatalf("the item says %d bytes and has %d", item.Length, len(lines[2])-1)
	}
	e.kind = item.Type
	unmarshal(t, lines[2], &e.item)
	return e
}

func unmarshal(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
}

// at follows keys and indexes into JSON.
func at(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			a, _ := v.([]any)
			if p >= len(a) {
				return nil
			}
			v = a[p]
		}
	}
	return v
}

func (e envelope) at(path ...any) any { return at(e.item, path...) }

// rig is a bridge with the route and a queue behind it.
type rig struct {
	t         *testing.T
	queue     *queue
	outlet    otelbridge.Outlet
	processor *processor
	bridge    *otelbridge.Bridge
	tracer    trace.Tracer
}

type option func(*otelbridge.Setup)

func disclose(d anon.Disclosure) option {
	return func(s *otelbridge.Setup) { s.Settings.SentryAttributes = d }
}

func useOTLP(s *otelbridge.Setup) { s.Settings.SentryOTLP = true }

const testDSN = "https://0123456789abcdef@sentry.invalid/42"

// testSchema declares what tests use, and no word "undeclared".
func testSchema() anon.Schema {
	s := anon.Pipeline()
	s.Operator = append(s.Operator, anon.Hash("pod").From("k8s.pod.name"), anon.Hash("db").From("db.system.name"),
		anon.Hash("method").From("http.request.method"))
	return s
}

func testSetup(t testing.TB, q http.RoundTripper, options ...option) otelbridge.Setup {
	policy, err := testSchema().Compile()
	if err != nil {
		t.Fatal(err)
	}
	setup := otelbridge.Setup{
		App: otelbridge.App{Name: "loader", Version: "1.2.3"}, Policy: policy,
		Hasher:   anon.NewHasher(func() []byte { return []byte("a key for tests") }),
		Machine:  anon.Machine{OS: "linux", OSVersion: "6.1", Go: "1.26.8", Exec: []string{}},
		Resource: resource.NewSchemaless(attribute.String("service.name", "loader")),
		Spool:    func(string, otelbridge.Limits) otelbridge.Spool { return q.RoundTrip },
		Report:   func(err error) { t.Errorf("reported: %v", err) },
	}
	setup.Settings.SentryDSN = otelbridge.Value{Text: testDSN, Source: "LOADER_SENTRY_DSN"}
	setup.Settings.SentryAttributes = anon.DiscloseDeclared
	for _, o := range options {
		o(&setup)
	}
	return setup
}

func newRig(t *testing.T, options ...option) *rig {
	t.Helper()
	r := &rig{t: t, queue: &queue{}}
	app := otelbridge.App{Name: "loader", Version: "1.2.3", Dir: t.TempDir(), Schema: testSchema()}
	bridge, err := otelbridge.Start(t.Context(), app, func(otelbridge.Setup) (otelbridge.Outlet, error) {
		var err error
		r.outlet, err = Route(testSetup(t, r.queue, options...))
		return r.outlet, err
	})
	if err != nil {
		t.Fatal(err)
	}
	r.bridge, r.tracer = bridge, bridge.TracerProvider().Tracer("test")
	r.processor = r.outlet.Processor.(*processor)
	t.Cleanup(func() { _ = bridge.Shutdown(context.Background()) })
	return r
}

func (r *rig) envelopes() []envelope {
	r.t.Helper()
	var out []envelope
	for _, body := range r.queue.all() {
		out = append(out, readEnvelope(r.t, body))
	}
	return out
}

func (r *rig) of(kind string) []envelope {
	r.t.Helper()
	var out []envelope
	for _, e := range r.envelopes() {
		if e.kind == kind {
			out = append(out, e)
		}
	}
	return out
}

// one returns the only envelope of a kind.
func (r *rig) one(kind string) envelope {
	r.t.Helper()
	found := r.of(kind)
	if len(found) != 1 {
		r.t.Fatalf("%d envelopes with a %s, want 1:\n%s", len(found), kind, strings.Join(r.texts(), "\n"))
	}
	return found[0]
}

func (r *rig) texts() []string {
	var out []string
	for _, b := range r.queue.all() {
		out = append(out, string(b))
	}
	return out
}

func (r *rig) step(ctx context.Context, name string, do func(context.Context) error, attrs ...attribute.KeyValue) error {
	ctx, span := r.tracer.Start(ctx, name, trace.WithAttributes(attrs...))
	defer span.End()
	return do(ctx)
}

var epoch = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
