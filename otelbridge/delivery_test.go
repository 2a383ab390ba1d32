package otelbridge

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// program is a process whose binary is no test.
func program() process {
	return process{exe: "/usr/bin/tool", env: func() []string { return nil }}
}

func TestWhoDelivers(t *testing.T) {
	state := Settings{Paths: Paths{State: "/state"}}
	ephemeral, debug := state, state
	ephemeral.Ephemeral, debug.Debug = true, true
	aTest := program()
	aTest.exe = "/tmp/tool.test"
	for name, tt := range map[string]struct {
		delivery            Delivery
		settings            Settings
		process             process
		lingers, detachedly bool
	}{
		"auto":                    {Auto, state, program(), false, true},
		"auto in a container":     {Auto, ephemeral, program(), true, false},
		"auto, watched":           {Auto, debug, program(), true, false},
		"auto without a place":    {Auto, Settings{}, program(), true, false},
		"auto in a test":          {Auto, state, aTest, true, false},
		"in process":              {InProcess, state, program(), true, false},
		"detached":                {Detached, state, program(), false, true},
		"detached in a container": {Detached, ephemeral, program(), false, true},
		"detached in a test":      {Detached, state, aTest, true, false},
		"detached, no place":      {Detached, Settings{}, program(), true, false},
		"next run":                {NextRun, state, program(), false, false},
		"next run, no place":      {NextRun, Settings{}, program(), false, false},
	} {
		d := newDelivery(App{Delivery: tt.delivery}, tt.settings, tt.process)
		if d.lingers() != tt.lingers || d.detaches() != tt.detachedly {
			t.Errorf("%s: lingers %v, detaches %v", name, d.lingers(), d.detaches())
		}
	}
}

// TestLingersForWhatIsOnlyInMemory: a child would find an empty spool.
func TestLingersForWhatIsOnlyInMemory(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d := newDelivery(App{}, Settings{Paths: Paths{State: blocked}}, program())
	rt := d.spool("track", Limits{})
	d.join([]Outlet{{Name: "track", Endpoint: "https://127.0.0.1:9"}})
	if d.lingers() {
		t.Error("it lingers for nothing")
	}
	send(t, rt, "an event")
	if !d.lingers() {
		t.Error("it leaves what is only in memory")
	}
}

func send(t *testing.T, rt http.RoundTripper, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, "http://127.0.0.1", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := rt.RoundTrip(req)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%v, %v", res, err)
	}
}

// TestQueuesBelongToEndpoints: what was recorded for one endpoint is not found
// under another, unless the outlet follows.
func TestQueuesBelongToEndpoints(t *testing.T) {
	state := t.TempDir()
	waiting := func(o Outlet) int {
		d := newDelivery(App{}, Settings{Paths: Paths{State: state}}, program())
		d.spool(o.Name, Limits{})
		targets := d.join([]Outlet{o})
		return targets[0].Queue.Stats().Records
	}
	record := func(o Outlet) {
		d := newDelivery(App{}, Settings{Paths: Paths{State: state}}, program())
		rt := d.spool(o.Name, Limits{})
		targets := d.join([]Outlet{o})
		send(t, rt, "a trace")
		_ = targets[0].Queue.Close()
	}
	a, b := Outlet{Name: "otlp", Endpoint: "https://a.example.com/v1/traces"}, Outlet{Name: "otlp", Endpoint: "https://b.example.com/v1/traces"}
	record(a)
	if waiting(a) != 1 || waiting(b) != 0 {
		t.Errorf("for a %d records, for b %d", waiting(a), waiting(b))
	}
	a.Name, b.Name, a.Follows, b.Follows = "track", "track", true, true
	record(a)
	if waiting(b) != 1 {
		t.Errorf("%d records followed", waiting(b))
	}
}

func TestPlaces(t *testing.T) {
	place := func(endpoint, project string) string {
		d := newDelivery(App{}, Settings{Paths: Paths{State: "/s", Project: project}}, program())
		return d.folder(Outlet{Name: "sentry", Endpoint: endpoint})
	}
	base := place("https://key@sentry.example.com/api/1/", "/a/.tool/config.toml")
	if rotated := place("https://rotated@sentry.example.com/api/1/", "/a/.tool/config.toml"); rotated != base {
		t.Errorf("the key is part of %s and %s", base, rotated)
	}
	for name, other := range map[string]string{
		"another project": place("https://key@sentry.example.com/api/1/", "/b/.tool/config.toml"),
		"another path":    place("https://key@sentry.example.com/api/2/", "/a/.tool/config.toml"),
		"another query":   place("https://key@sentry.example.com/api/1/?tenant=b", "/a/.tool/config.toml"),
		"another host":    place("https://key@other.example.com/api/1/", "/a/.tool/config.toml"),
	} {
		if other == base {
			t.Errorf("%s has the same queue", name)
		}
	}
}

// TestAChildResolvesAsItsParent: it runs elsewhere and reads the project's
// configuration all the same.
func TestAChildResolvesAsItsParent(t *testing.T) {
	mark := map[string]string{}
	getenv := func(name string) string { return mark[name] }
	if got := projectDir(getenv, "/own"); got != "/own" {
		t.Errorf("no child: %s", got)
	}
	mark[childDirVariable] = "/parents"
	if got := projectDir(getenv, "/own"); got != "/own" {
		t.Errorf("a folder without a mark: %s", got)
	}
}

// TestOffForgetsWhatWaits: events recorded before somebody said no are not sent
// after they changed their mind.
func TestOffForgetsWhatWaits(t *testing.T) {
	clean(t)
	state := filepath.Join(os.Getenv("HOME"), ".local", "state", "tool")
	d := newDelivery(App{}, Settings{Paths: Paths{State: state}}, program())
	rt := d.spool(anonymousRoute, Limits{})
	targets := d.join([]Outlet{{Name: anonymousRoute, Endpoint: "https://127.0.0.1:9", Follows: true}})
	send(t, rt, "an event")
	_ = targets[0].Queue.Close()
	t.Setenv("TOOL_NO_TELEMETRY", "1")
	b, err := Start(t.Context(), App{Name: "tool"}, (&spans{}).route)
	if err != nil {
		t.Fatal(err)
	}
	_ = b.Shutdown(t.Context())
	if got := spoolStatus(d.folders(anonymousRoute)).Records; got != 0 {
		t.Errorf("%d records wait", got)
	}
}
