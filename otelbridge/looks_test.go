package otelbridge

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// sender is a route for anonymous events that makes one of each span.
type sender struct {
	spool   Spool
	crashes []Crash
}

func (s *sender) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (s *sender) ForceFlush(context.Context) error                { return nil }
func (s *sender) Shutdown(context.Context) error                  { return nil }
func (s *sender) Crash(c Crash)                                   { s.crashes = append(s.crashes, c) }

func (s *sender) OnEnd(sdktrace.ReadOnlySpan) {
	req, _ := http.NewRequest(http.MethodPost, "http://127.0.0.1", strings.NewReader("{}"))
	_, _ = s.spool(req)
}

func (s *sender) route(setup Setup) (Outlet, error) {
	if setup.Settings.Telemetry.Mode != On {
		return Outlet{}, nil
	}
	s.spool = setup.Spool(anonymousRoute, Limits{})
	return Outlet{Name: anonymousRoute, Processor: s, Endpoint: setup.Settings.TelemetryEndpoint.Text, Follows: true}, nil
}

// typed is what a program does that is started with a command line.
func typed(t *testing.T, app App, s *sender, line string, work func(context.Context) error) {
	t.Helper()
	old := os.Args
	defer func() { os.Args = old }()
	os.Args = append([]string{"tool"}, strings.Fields(line)...)
	b, err := Start(t.Context(), app, s.route)
	if err != nil {
		t.Fatal(err)
	}
	if work != nil {
		_ = b.Pipeline(t.Context(), "chess", work)
	}
	if err := b.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// looking are command lines that only show something.
var looking = []string{
	"telemetry", "telemetry status --json", "telemetry preview", "telemetry log", "telemetry schema", "telemetry off --help",
	"play -h", "--help", "help play", "completion bash", "__complete --disable-telemetry ''", "__completeNoDesc pl",
}

// TestLookingLeavesAlone what waits, in every way of delivery, until a run does
// something.
func TestLookingLeavesAlone(t *testing.T) {
	for name, delivery := range map[string]Delivery{"auto": Auto, "in process": InProcess, "detached": Detached, "next run": NextRun} {
		t.Run(name, func(t *testing.T) {
			clean(t)
			t.Setenv("TOOL_EPHEMERAL", "no")
			var arrived atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { arrived.Add(1) }))
			defer server.Close()
			app := App{Name: "tool", Endpoint: server.URL, Delivery: delivery, Linger: 10 * time.Second}
			c := turnedOn(t, app)
			left(t, c, 2)
			before := tree(t)
			for _, line := range looking {
				typed(t, app, &sender{}, line, nil)
				if after := tree(t); after != before || arrived.Load() > 0 {
					t.Fatalf("%q: %d requests, and files\n%s\nbefore\n%s", line, arrived.Load(), after, before)
				}
			}
			if delivery == NextRun {
				return // it sends while it lives, and waits for nothing
			}
			typed(t, app, &sender{}, "-h localhost play", fails(nil))
			if n := arrived.Load(); n != 3 {
				t.Errorf("%d requests of a run that did something", n)
			}
		})
	}
}

// TestLookingStartsNothing where what waits would be sent from the start on.
func TestLookingStartsNothing(t *testing.T) {
	clean(t)
	t.Setenv("TOOL_EPHEMERAL", "no")
	app := App{Name: "tool", Endpoint: "http://127.0.0.1:1", Delivery: NextRun}
	c := turnedOn(t, app)
	left(t, c, 2)
	old := os.Args
	defer func() { os.Args = old }()
	for line, want := range map[string]bool{"telemetry status": false, "play": true} {
		os.Args = append([]string{"tool"}, strings.Fields(line)...)
		b, err := Start(t.Context(), app, (&sender{}).route)
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		if got := strings.Contains(string(stacks), "/internal/upload."); err != nil || got != want {
			t.Errorf("%q: %v, starts to deliver: %v", line, err, got)
		}
		_ = b.Shutdown(t.Context())
	}
}

// TestLookingRemovesNothing while telemetry is off: that is for a run that does
// something.
func TestLookingRemovesNothing(t *testing.T) {
	clean(t)
	t.Setenv("TOOL_EPHEMERAL", "no")
	app := App{Name: "tool", Endpoint: "http://127.0.0.1:1"}
	c := turnedOn(t, app)
	left(t, c, 2)
	waiting := func() int { return c.Status().Routes[0].Spool.Records }
	for _, no := range []string{"", "1"} {
		t.Setenv("TOOL_NO_TELEMETRY", no)
		for _, line := range append(looking, "telemetry off") {
			if no == "" && line != "telemetry off" && line != "telemetry off --help" {
				continue // it is on
			}
			if typed(t, app, &sender{}, line, nil); waiting() != 2 {
				t.Fatalf("%q removed what waits", line)
			}
		}
	}
	if typed(t, app, &sender{}, "play", nil); waiting() != 0 {
		t.Error("a run that is off leaves what waits")
	}
}

// TestOnForgetsWhatWaits from before somebody said no: it is not sent after they
// changed their mind.
func TestOnForgetsWhatWaits(t *testing.T) {
	clean(t)
	t.Setenv("TOOL_EPHEMERAL", "no")
	c, err := NewControl(App{Name: "tool", Endpoint: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{2, 0} {
		if err := c.TurnOn(); err != nil {
			t.Fatal(err)
		}
		if want > 0 {
			left(t, c, want)
			if err := c.TurnOn(); err != nil { // it is on already
				t.Fatal(err)
			}
		}
		if got := c.Status().Routes[0].Spool.Records; got != want {
			t.Errorf("%d records wait, want %d", got, want)
		}
		s, _ := c.resolve()
		mustWrite(t, s.Paths.User, "[runtime]\ntelemetry = false\n")
	}
}

// TestCrashesWait for a run that does something.
func TestCrashesWait(t *testing.T) {
	clean(t)
	t.Setenv("TOOL_EPHEMERAL", "no")
	app := App{Name: "tool", Endpoint: "http://127.0.0.1:1", Delivery: NextRun}
	c := turnedOn(t, app)
	s := &sender{}
	settings, _ := c.resolve()
	folder := newDelivery(app, settings, process{}).crashFolder([]Outlet{{Processor: s, Endpoint: app.Endpoint}})
	mustWrite(t, crashFile(folder, "devel", 0), "panic: no\n\ngoroutine 1 [running]:\nmain.main()\n\t/main.go:1\n")
	for _, line := range looking {
		if typed(t, app, s, line, nil); len(s.crashes) > 0 {
			t.Fatalf("%q was told of a crash", line)
		}
	}
	if typed(t, app, s, "play", nil); len(s.crashes) != 1 {
		t.Errorf("%d crashes were told", len(s.crashes))
	}
}
