package sentry

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// tee notes what goes into the real spool.
type tee struct {
	queue
	next http.RoundTripper
}

func (q *tee) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	q.mu.Lock()
	q.bodies = append(q.bodies, body)
	q.mu.Unlock()
	r.Body = io.NopCloser(bytes.NewReader(body))
	return q.next.RoundTrip(r)
}

// TestSpotlight plays every scenario through spool and uploader into the Spotlight
// server at SPOTLIGHT_ADDRESS, as .ci/spotlight/run starts it, and compares what
// the server gives back with what was recorded. With ENVELOPES set the records
// are also written there, for another reader of envelopes.
func TestSpotlight(t *testing.T) {
	address := os.Getenv("SPOTLIGHT_ADDRESS")
	if address == "" {
		t.Skip("SPOTLIGHT_ADDRESS is not set: see .ci/spotlight/run")
	}
	t.Setenv("LOADER_SENTRY_DSN", "http://key@"+address+"/1")
	sent := &tee{}
	for name, play := range scenarios {
		r := &rig{t: t}
		app := otelbridge.App{
			Name: "loader", Version: "1.2.3", Dir: t.TempDir(), Schema: testSchema(),
			Delivery: otelbridge.InProcess, Linger: 10 * time.Second,
		}
		bridge, err := otelbridge.Start(t.Context(), app, func(setup otelbridge.Setup) (otelbridge.Outlet, error) {
			spool := setup.Spool
			setup.Spool = func(name string, limits otelbridge.Limits) otelbridge.Spool {
				sent.next = spool(name, limits)
				return sent.RoundTrip
			}
			outlet, err := Route(setup)
			r.processor, _ = outlet.Processor.(*processor)
			return outlet, err
		})
		if err != nil || r.processor == nil {
			t.Fatalf("%s: no route: %v", name, err)
		}
		r.bridge, r.tracer = bridge, bridge.TracerProvider().Tracer("test")
		play(r, t.Context())
		if err := bridge.Shutdown(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]map[string]any{}
	for i, body := range sent.all() {
		e := readEnvelope(t, body)
		want[fmt.Sprint(e.header["event_id"])] = e.item
		writeEnvelope(t, i, body)
	}
	got := stream(t, address, len(want))
	for id, item := range want {
		if diff := cmp.Diff(item, got[id]); diff != "" {
			t.Errorf("the %v %s came back changed (-sent +got):\n%s", item["type"], id, diff)
		}
	}
	t.Logf("%d envelopes of %d scenarios came back as they were sent", len(got), len(scenarios))
}

func writeEnvelope(t *testing.T, i int, body []byte) {
	t.Helper()
	folder := os.Getenv("ENVELOPES")
	if folder == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%03d.envelope", i)), body, 0o600); err != nil {
		t.Fatal(err)
	}
}

// stream reads n envelopes from the server's buffer, by event id. The server
// writes the item's type into an event; that is taken out again.
func stream(t *testing.T, address string, n int) map[string]map[string]any {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	got := map[string]map[string]any{}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 4<<20)
	for len(got) < n && lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var envelope any
		if err := json.Unmarshal([]byte(data), &envelope); err != nil {
			t.Fatal(err)
		}
		item, _ := at(envelope, 1, 0, 1).(map[string]any)
		if item["type"] == "event" {
			delete(item, "type")
		}
		got[fmt.Sprint(at(envelope, 0, "event_id"))] = item
	}
	if len(got) < n {
		t.Errorf("%d of %d envelopes came back: %v", len(got), n, lines.Err())
	}
	return got
}
