package batch_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/exporters/otlp"
	"github.com/otelbridge/otelbridge-go/exporters/track"
	"github.com/otelbridge/otelbridge-go/exporters/track/batch"
	"github.com/otelbridge/otelbridge-go/otelbridge"
	"github.com/otelbridge/otelbridge-go/otelbridge/routetest"
)

func TestConformance(t *testing.T) {
	for name, route := range map[string]otelbridge.Route{"segment": track.Route, "flat": track.FlatRoute} {
		t.Run(name, func(t *testing.T) {
			routetest.Run(t, routetest.Config{
				Route: batch.Of(route), Anonymous: true,
				Configure: func(s *otelbridge.Settings) {
					s.Telemetry.Mode = otelbridge.On
					s.TelemetryEndpoint.Text = "https://127.0.0.1:9/v1/track"
				},
			})
		})
	}
}

// collector takes batches, compressed or not, and says that it does.
type collector struct {
	mu       sync.Mutex
	codings  []string
	messages []string
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := io.Reader(r.Body)
	coding := r.Header.Get("Content-Encoding")
	if coding == "gzip" {
		body, _ = gzip.NewReader(body)
	}
	var sent struct{ Batch []json.RawMessage }
	if err := json.NewDecoder(body).Decode(&sent); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.codings = append(c.codings, coding)
	for _, m := range sent.Batch {
		c.messages = append(c.messages, string(m))
	}
	w.Header().Set("Accept-Encoding", "gzip")
}

// run is one short program of n steps.
func run(t *testing.T, dir, url string, steps int) {
	t.Helper()
	t.Setenv("TOOL_TELEMETRY", "on")
	t.Setenv("TOOL_TELEMETRY_ENDPOINT", url)
	for _, name := range []string{"DO_NOT_TRACK", "CI", "OTEL_SDK_DISABLED", "ENABLE_RUNTIME_TRACE"} {
		t.Setenv(name, "")
	}
	app := otelbridge.App{Name: "tool", Dir: dir, Delivery: otelbridge.InProcess, Linger: 1 << 40, OnError: func(err error) { t.Error(err) }}
	bridge, err := otelbridge.Start(t.Context(), app, batch.Of(track.Route))
	if err != nil {
		t.Fatal(err)
	}
	_ = bridge.Pipeline(t.Context(), "chess", func(ctx context.Context) error {
		for range steps {
			_ = otelbridge.Step(ctx, "load", func(context.Context) error { return nil }, anon.DestinationName.String("duckdb"))
		}
		return nil
	})
	if err := bridge.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// What runs record goes in few requests, once, and compressed from the second
// request on.
func TestBatches(t *testing.T) {
	c := &collector{}
	server := httptest.NewServer(c)
	defer server.Close()
	dir := t.TempDir()
	const runs, steps = 3, 40
	for range runs {
		run(t, dir, server.URL+"/events", steps)
	}
	if len(c.messages) != runs*(steps+1) {
		t.Errorf("%d messages, want %d", len(c.messages), runs*(steps+1))
	}
	slices.Sort(c.messages)
	if unique := slices.Compact(c.messages); len(unique) != runs*(steps+1) {
		t.Errorf("%d different ones", len(unique))
	}
	if len(c.codings) > runs*4 {
		t.Errorf("%d requests", len(c.codings))
	}
	if c.codings[0] != "" || slices.Contains(c.codings[1:], "") {
		t.Errorf("codings %q, want all but the first compressed", c.codings)
	}
}

func TestOffStaysOff(t *testing.T) {
	var setup otelbridge.Setup
	setup.Settings.Telemetry.Mode = otelbridge.Off
	if o, err := batch.Of(track.Route)(setup); err != nil || o.Processor != nil || o.Join != nil {
		t.Errorf("outlet %+v, %v", o, err)
	}
}

func TestOtherRoutesAreRefused(t *testing.T) {
	setup := otelbridge.Setup{Spool: func(string, otelbridge.Limits) otelbridge.Spool { return nil }}
	setup.Settings.OTLPEndpoint.Text = "https://127.0.0.1:9"
	if o, err := batch.Of(otlp.Route)(setup); err == nil || o.Processor != nil || !strings.Contains(err.Error(), "otlp") {
		t.Errorf("configured %v, error %v", o.Processor != nil, err)
	}
}

// An endpoint of the app's own takes many events in one request.
func ExampleOf() {
	endpoint := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var sent struct{ Batch []struct{ Event string } }
		_ = json.NewDecoder(r.Body).Decode(&sent)
		fmt.Println(r.Method, r.URL.Path, sent.Batch)
	}))
	defer endpoint.Close()
	_ = os.Setenv("CHESS_TELEMETRY", "on") // the user said so
	defer func() { _ = os.Unsetenv("CHESS_TELEMETRY") }()
	dir, _ := os.MkdirTemp("", "chess")
	defer func() { _ = os.RemoveAll(dir) }()

	ctx := context.Background()
	app := otelbridge.App{Name: "chess", Dir: dir, Endpoint: endpoint.URL + "/events", Delivery: otelbridge.Detached}
	bridge, err := otelbridge.Start(ctx, app, batch.Of(track.Route))
	if err != nil {
		fmt.Println(err)
	}
	_ = bridge.Pipeline(ctx, "games", func(ctx context.Context) error {
		return otelbridge.Step(ctx, "load", func(context.Context) error { return nil })
	})
	_ = bridge.Shutdown(ctx)
	control, _ := otelbridge.NewControl(app, batch.Of(track.Route))
	_, _ = control.Flush(ctx)

	// Output:
	// POST /events [{pipeline_load} {pipeline_run}]
}
