package otelbridge

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/spool"
	"github.com/otelbridge/otelbridge-go/internal/upload"
)

// TestChildStopsWhenAPersonSaysNo: the request that is under way is the last one,
// and nothing of it is found afterwards.
func TestChildStopsWhenAPersonSaysNo(t *testing.T) {
	for name, tt := range map[string]struct {
		waiting, arrive int
		telemetry       string
		off             bool
	}{
		"at the first of many":    {waiting: 5, arrive: 1, off: true},
		"at the only one":         {waiting: 1, arrive: 1, off: true},
		"nobody does":             {waiting: 5, arrive: 5},
		"the environment says on": {waiting: 5, arrive: 5, telemetry: "1", off: true},
	} {
		t.Run(name, func(t *testing.T) {
			clean(t)
			t.Setenv("TOOL_TELEMETRY", tt.telemetry)
			t.Setenv("TOOL_EPHEMERAL", "no")
			var c *Control
			arrived := 0
			server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
				if arrived++; arrived == 1 && tt.off {
					_, _ = c.TurnOff()
				}
			}))
			defer server.Close()
			c = turnedOn(t, App{Name: "tool", Endpoint: server.URL})
			left(t, c, tt.waiting)
			child := asChild(t, c)
			child.deliverAsChild()
			if arrived != tt.arrive {
				t.Errorf("%d requests arrived, want %d", arrived, tt.arrive)
			}
			_, recorded := os.Lstat(filepath.Join(child.settings.Paths.State, sentFile))
			_, queued := os.Lstat(filepath.Join(child.root(), anonymousRoute))
			if stopped := tt.off && tt.telemetry == ""; stopped && (recorded == nil || queued == nil) || !stopped && recorded != nil {
				t.Errorf("record of what was sent: %v; queue: %v", recorded, queued)
			}
		})
	}
}

// TestChildRemovesNothingWithoutANo: a file that cannot be understood for a moment
// ends the sending, and nothing else.
func TestChildRemovesNothingWithoutANo(t *testing.T) {
	clean(t)
	t.Setenv("TOOL_EPHEMERAL", "no")
	var config string
	arrived := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if arrived++; arrived == 1 {
			mustWrite(t, config, "= half a line")
		}
	}))
	defer server.Close()
	c := turnedOn(t, App{Name: "tool", Endpoint: server.URL})
	left(t, c, 5)
	child := asChild(t, c)
	config = child.settings.Paths.User
	child.deliverAsChild()
	if waiting := waitingFor(child); arrived != 1 || waiting != 4 {
		t.Errorf("%d requests arrived, %d events wait", arrived, waiting)
	}
}

func waitingFor(d *delivery) int {
	return spool.Open(filepath.Join(d.root(), anonymousRoute), spool.Limits{}).Stats().Records
}

// turnedOn is the control of an app that a person has agreed to.
func turnedOn(t *testing.T, app App) *Control {
	t.Helper()
	c, err := NewControl(app)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.TurnOn(); err != nil {
		t.Fatal(err)
	}
	return c
}

// left is what a run before left in the queue.
func left(t *testing.T, c *Control, events int) {
	t.Helper()
	d := asChild(t, c)
	for range events {
		send(t, d.queues[anonymousRoute], "{}")
	}
	d.closeQueues()
}

// asChild is what a child makes of itself before it delivers.
func asChild(t *testing.T, c *Control) *delivery {
	t.Helper()
	p := newProcess(c.in)
	p.mark = strings.Repeat("a", 16) + "." + strconv.FormatInt(time.Now().UnixMilli(), 10)
	if !upload.IsChild(p.mark) {
		t.Fatal("this is no child")
	}
	s, err := c.resolve()
	if err != nil {
		t.Fatal(err)
	}
	d := newDelivery(c.app, s, p)
	d.spool(anonymousRoute, Limits{})
	d.targets = d.join([]Outlet{{Name: anonymousRoute, Endpoint: s.TelemetryEndpoint.Text, Follows: true}})
	return d
}

// TestChildIsNotOutdatedByItself: what a child settles on at its start is what it
// compares with later.
func TestChildIsNotOutdatedByItself(t *testing.T) {
	for name, consent := range map[string]Consent{"opt in": OptIn, "opt out": OptOut} {
		clean(t)
		t.Setenv("TOOL_EPHEMERAL", "no")
		app := App{Name: "tool", Endpoint: "https://127.0.0.1:9", Consent: consent}
		c, err := NewControl(app)
		if err != nil {
			t.Fatal(err)
		}
		for run := range 3 {
			s, err := c.settled(t.Context(), Terminal{})
			if err != nil {
				t.Fatal(err)
			}
			if d := newDelivery(c.app, s, newProcess(c.in)); d.outdated() {
				t.Errorf("%s, run %d: outdated: %+v", name, run, s.Telemetry)
			}
			if run == 1 {
				_ = c.TurnOn()
			}
		}
	}
}
