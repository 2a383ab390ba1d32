package otelbridge_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/exporters/track"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// person gives a test the machine of somebody who has said nothing yet and keeps
// what is on it.
func person(t *testing.T) (home string) {
	t.Helper()
	home = t.TempDir()
	for name, value := range map[string]string{
		"HOME": home, "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": "", "DO_NOT_TRACK": "", "CI": "", "BUILD_ID": "", "BUILD_NUMBER": "",
		"GITHUB_ACTIONS": "", "OTEL_SDK_DISABLED": "", "ENABLE_RUNTIME_TRACE": "", "AppData": home, "LocalAppData": home,
		"ProgramData": home, "USERPROFILE": home, "CHESS_EPHEMERAL": "no",
	} {
		t.Setenv(name, value)
	}
	t.Chdir(home)
	return home
}

// inbox is an endpoint that keeps what arrives.
type inbox struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []string
}

func newInbox(t *testing.T) *inbox {
	in := &inbox{}
	in.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		in.mu.Lock()
		defer in.mu.Unlock()
		in.bodies = append(in.bodies, string(body))
	}))
	t.Cleanup(in.Close)
	return in
}

func (in *inbox) arrived() []string {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Clone(in.bodies)
}

func chess(endpoint string) otelbridge.App {
	return otelbridge.App{
		Name: "chess", Version: "1.2.3", Endpoint: endpoint, Delivery: otelbridge.InProcess, Linger: 10 * time.Second,
	}
}

func control(t *testing.T, app otelbridge.App, routes ...otelbridge.Route) *otelbridge.Control {
	t.Helper()
	c, err := otelbridge.NewControl(app, routes...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// moments are what differs between two events of one kind.
var moments = regexp.MustCompile(`"(messageId|message_id|timestamp|transaction_id|run)":"[^"]*"|"(elapsed|millis)":[0-9.]+`)

func timeless(body string) string { return moments.ReplaceAllString(body, "#") }

// everyKind has a field of each kind, and events at the start of a span.
var everyKind = anon.Schema{Version: 3, Events: []anon.Event{
	{Name: "play", When: anon.StartAndEnd, Fields: []anon.Field{
		anon.Enum("opening", "italian", "<scotch & more>"), anon.Bool("rated"), anon.Count("moves"), anon.Bucket("clock", 10, 60),
		anon.Version("engine"), anon.Hash("player"), anon.Flags("features", "book", "tablebase"), anon.Counts("pieces", "pawns", "rooks"),
		anon.Seconds("elapsed"), anon.Millis("millis"), anon.Success("success"), anon.State("state"), anon.RunID("run"),
	}},
	{Name: "resigned", Span: "end", Fields: []anon.Field{anon.Bool("rated")}},
	{Name: "ending", Span: "end", When: anon.Start, Fields: []anon.Field{anon.Count("moves").Since(2)}},
}}

func playEveryKind(ctx context.Context, b *otelbridge.Bridge) error {
	nothing := func(context.Context) error { return nil }
	err := b.Trace(ctx, "play", nothing,
		attribute.String("opening", "italian"), attribute.Bool("rated", true), attribute.Int("moves", 0), attribute.Int("clock", 10),
		attribute.String("engine", "1.2.3"), attribute.String("player", "example"), attribute.StringSlice("features", []string{"book", "tablebase"}),
		attribute.Int("pieces.pawns", 1), attribute.Int("pieces.rooks", 1), attribute.String("undeclared", "never"))
	if err != nil {
		return err
	}
	return b.Trace(ctx, "end", nothing, attribute.Bool("rated", true), attribute.Int("moves", 0))
}

func runPipeline(ctx context.Context, b *otelbridge.Bridge) error {
	nothing := func(context.Context) error { return nil }
	return b.Pipeline(ctx, "example", func(ctx context.Context) error {
		for _, step := range []string{"extract", "normalize", "load"} {
			if err := otelbridge.Step(ctx, step, nothing); err != nil {
				return err
			}
		}
		return nil
	}, anon.DatasetName.String("example"), anon.SchemaName.String("example"),
		anon.DestinationName.String("athena"), anon.DestinationFingerprint.String("example"))
}

// TestPreviewIsWhatIsSent compares the bytes of preview, before anybody agreed
// and after, with those that arrive at an endpoint.
func TestPreviewIsWhatIsSent(t *testing.T) {
	for name, tt := range map[string]struct {
		schema anon.Schema
		route  otelbridge.Route
		run    func(context.Context, *otelbridge.Bridge) error
		want   int
	}{
		"pipeline":   {anon.Schema{}, track.Route, runPipeline, 4},
		"every kind": {everyKind, track.Route, playEveryKind, 4},
		"flat":       {everyKind, track.FlatRoute, playEveryKind, 4},
	} {
		t.Run(name, func(t *testing.T) {
			home := person(t)
			in := newInbox(t)
			app := chess(in.URL)
			app.Schema = tt.schema
			c := control(t, app, tt.route)
			before := previewOf(t, c)
			if _, err := os.ReadDir(filepath.Join(home, ".local")); err == nil {
				t.Error("preview made files")
			}
			if err := c.TurnOn(); err != nil {
				t.Fatal(err)
			}
			bridge, err := otelbridge.Start(t.Context(), app, tt.route)
			if err != nil {
				t.Fatal(err)
			}
			if err := errorsOf(tt.run(t.Context(), bridge), bridge.Shutdown(t.Context())); err != nil {
				t.Fatal(err)
			}
			after, sent := previewOf(t, c), each(in.arrived(), timeless)
			slices.Sort(after)
			slices.Sort(sent)
			if diff := cmp.Diff(sent, after); diff != "" || len(sent) != tt.want {
				t.Errorf("%d events sent, preview shows them otherwise (-sent +preview):\n%s", len(sent), diff)
			}
			if len(before) != tt.want {
				t.Errorf("%d events before anybody agreed", len(before))
			}
		})
	}
}

func errorsOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func previewOf(t *testing.T, c *otelbridge.Control) []string {
	t.Helper()
	events, err := c.Preview()
	if err != nil {
		t.Fatal(err)
	}
	var bodies []string
	for _, e := range events {
		bodies = append(bodies, timeless(string(e.Body)))
	}
	return bodies
}

func each(texts []string, f func(string) string) []string {
	var out []string
	for _, text := range texts {
		out = append(out, f(text))
	}
	return out
}

// TestPreviewOfOldConsent shows what is sent now, not what a newer schema would
// like to send.
func TestPreviewOfOldConsent(t *testing.T) {
	person(t)
	app := chess("http://127.0.0.1:9")
	app.Schema = everyKind
	app.Schema.Version = 1
	for i := range app.Schema.Events {
		app.Schema.Events = slices.Clone(app.Schema.Events)
		app.Schema.Events[i].Fields = slices.DeleteFunc(slices.Clone(app.Schema.Events[i].Fields), func(anon.Field) bool { return i == 2 })
	}
	if err := control(t, app, track.Route).TurnOn(); err != nil {
		t.Fatal(err)
	}
	app.Schema = everyKind
	events, err := control(t, app, track.Route).Preview("ending")
	if err != nil || len(events) != 1 {
		t.Fatalf("%v, %v", events, err)
	}
	if regexp.MustCompile(`"moves"|"schema_version":3`).Match(events[0].Body) {
		t.Errorf("more than was agreed to: %s", events[0].Body)
	}
}

func TestPreviewWithoutARoute(t *testing.T) {
	person(t)
	events, err := control(t, chess("http://127.0.0.1:9")).Preview()
	if err != nil || len(events) > 0 {
		t.Errorf("%v, %v", events, err)
	}
}

// TestLogMakesNoFile: events that are only printed need no id on disk.
func TestLogMakesNoFile(t *testing.T) {
	home := person(t)
	bridge, err := otelbridge.Start(t.Context(), chess(""), track.Log(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	if err := errorsOf(runPipeline(t.Context(), bridge), bridge.Shutdown(t.Context())); err != nil {
		t.Fatal(err)
	}
	if found, err := os.ReadDir(home); err != nil || len(found) > 0 {
		t.Errorf("made %v, %v", found, err)
	}
}

// TestForgetFails where the endpoint for deletions is none, before anything is
// removed.
func TestForgetFails(t *testing.T) {
	home := person(t)
	app := chess("http://127.0.0.1:9")
	app.DeletionEndpoint = "http://192.0.2.1/forget"
	key := filepath.Join(home, ".local", "state", "chess", "key")
	if err := errorsOf(os.MkdirAll(filepath.Dir(key), 0o700), os.WriteFile(key, []byte("x"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := control(t, app, track.Route).Forget(t.Context(), true); err == nil || err.Error() != "otelbridge: App.DeletionEndpoint must be https, since it leaves this machine" {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(key); err != nil {
		t.Error(err)
	}
}

func ExampleControl_Preview() {
	app := otelbridge.App{Name: "chess", Version: "1.2.3"}
	c, err := otelbridge.NewControl(app, track.Route)
	if err != nil {
		fmt.Println(err)
		return
	}
	events, err := c.Preview()
	for _, e := range events {
		fmt.Println(e.Event)
	}
	fmt.Println(err)
	// Output:
	// pipeline_extract
	// pipeline_normalize
	// pipeline_load
	// pipeline_run
	// <nil>
}
