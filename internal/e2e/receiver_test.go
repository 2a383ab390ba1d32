package e2e

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// receiver takes what all routes send and keeps it by path.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	bodies map[string][][]byte
	raw    bytes.Buffer // of anonymous requests: URL, headers and body
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{status: http.StatusOK, bodies: map[string][][]byte{}}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	if req.URL.Path == "/track" {
		_ = req.Header.Write(&r.raw)
		r.raw.WriteString(req.URL.String() + "\n")
		r.raw.Write(body)
	}
	if req.Header.Get("Content-Encoding") == "gzip" {
		zipped, err := gzip.NewReader(bytes.NewReader(body))
		if err == nil {
			body, _ = io.ReadAll(zipped)
		}
	}
	if req.URL.Path == "/track" {
		r.raw.Write(body)
	}
	if r.status < 300 {
		r.bodies[req.URL.Path] = append(r.bodies[req.URL.Path], body)
	}
	w.WriteHeader(r.status)
}

// answer makes the receiver answer with a status from now on.
func (r *receiver) answer(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

const (
	trackPath  = "/track"
	otlpPath   = "/v1/traces"
	sentryPath = "/api/1/envelope/"
)

// arrived is what arrived for a path so far.
func (r *receiver) arrived(path string) [][]byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.bodies[path])
}

// all is everything that arrived for a path, as one text.
func (r *receiver) all(path string) string {
	return string(bytes.Join(r.arrived(path), []byte("\n")))
}

// events are the anonymous events.
func (r *receiver) events(t *testing.T) []map[string]any {
	t.Helper()
	var events []map[string]any
	for _, body := range r.arrived(trackPath) {
		var e map[string]any
		if err := json.Unmarshal(body, &e); err != nil {
			t.Fatalf("%v in %s", err, body)
		}
		events = append(events, e)
	}
	return events
}

// take is what arrived for a path since it was last taken.
func (r *receiver) take(path string) [][]byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	bodies := r.bodies[path]
	r.bodies[path] = nil
	return bodies
}

// spans are the spans that came by OTLP.
func (r *receiver) spans(t *testing.T) []*tracepb.Span {
	t.Helper()
	return spansIn(t, r.arrived(otlpPath))
}

func spansIn(t *testing.T, bodies [][]byte) []*tracepb.Span {
	t.Helper()
	var spans []*tracepb.Span
	for _, body := range bodies {
		var data tracepb.TracesData
		if err := proto.Unmarshal(body, &data); err != nil {
			t.Fatal(err)
		}
		for _, resource := range data.ResourceSpans {
			for _, scope := range resource.ScopeSpans {
				spans = append(spans, scope.Spans...)
			}
		}
	}
	return spans
}

// item is one item of an envelope.
type item struct {
	kind    string
	payload map[string]any
}

// items are the items of all envelopes, read as Sentry's documentation says:
// JSON lines, a header before each item.
func (r *receiver) items(t *testing.T) []item {
	t.Helper()
	var items []item
	for _, body := range r.arrived(sentryPath) {
		lines := strings.Split(strings.TrimRight(string(body), "\n"), "\n")
		for i := 1; i+1 < len(lines); i += 2 {
			var header struct{ Type string }
			var payload map[string]any
			if json.Unmarshal([]byte(lines[i]), &header) != nil || json.Unmarshal([]byte(lines[i+1]), &payload) != nil {
				t.Fatalf("no envelope: %s", body)
			}
			items = append(items, item{header.Type, payload})
		}
	}
	return items
}

// ids are what tells a repetition on each route.
func (r *receiver) ids(t *testing.T) []string {
	t.Helper()
	var ids []string
	for _, e := range r.events(t) {
		ids = append(ids, "event "+e["messageId"].(string))
	}
	for _, s := range r.spans(t) {
		ids = append(ids, "span "+string(s.SpanId))
	}
	for _, i := range r.items(t) {
		if id, ok := i.payload["event_id"].(string); ok {
			ids = append(ids, "sentry "+id)
		}
	}
	slices.Sort(ids)
	return ids
}
