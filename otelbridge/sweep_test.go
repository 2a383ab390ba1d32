package otelbridge

import (
	"context"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelbridge/otelbridge-go/internal/spool"
	"github.com/otelbridge/otelbridge-go/internal/upload"
)

// age makes files and folders as old as what a sweep removes.
func age(t *testing.T, paths ...string) {
	t.Helper()
	old := time.Now().Add(-staleAfter - time.Hour)
	for _, path := range paths {
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
}

// found lists what lies below a folder of the state, without the folder.
func found(t *testing.T, dir string) []string {
	t.Helper()
	list := []string{}
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if name, _ := filepath.Rel(dir, path); err == nil && name != "." {
			list = append(list, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil && !missing(err) {
		t.Fatal(err)
	}
	return list
}

// TestSweepQueues removes those that nobody uses any more, but not its own, nor
// one that somebody else is just making.
func TestSweepQueues(t *testing.T) {
	d := newDelivery(App{}, Settings{Paths: Paths{State: t.TempDir()}}, program())
	own := Outlet{Name: "otlp", Endpoint: "https://a.example.com"}
	d.spool(own.Name, Limits{})
	d.join([]Outlet{own})
	in := func(name string) string { return filepath.Join(d.root(), name) }
	for _, dir := range []string{d.folder(own), in("otlp-old"), in("otlp-new"), in("track")} {
		mustWrite(t, filepath.Join(dir, "x.seg"), "")
		if dir != in("otlp-new") {
			age(t, filepath.Join(dir, "x.seg"))
		}
		age(t, dir)
	}
	mustWrite(t, in("state.json"), "{}")
	age(t, in("state.json"))
	for _, dir := range []string{in("otlp-made"), in("otlp-empty")} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	age(t, in("otlp-empty"))
	d.sweep(time.Now())
	name := filepath.Base(d.folder(own))
	want := []string{name, name + "/x.seg", "otlp-made", "otlp-new", "otlp-new/x.seg", "state.json"}
	slices.Sort(want)
	if diff := cmp.Diff(want, found(t, d.root())); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}

// TestSweepCrashes removes those of places that nobody uses any more. One of a
// process that lives is none.
func TestSweepCrashes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a file that is open is emptied and not removed")
	}
	d := newDelivery(App{}, Settings{Paths: Paths{State: t.TempDir()}}, program())
	in := func(place string, n int) string { return crashFile(filepath.Join(d.crashRoot(), place), "1", n) }
	for _, path := range []string{in("gone", 0), in("gone", 1), in("used", 0), in("used", 1), in("lives", 0)} {
		mustWrite(t, path, string(crashText("x")))
		if path != in("used", 0) {
			age(t, path)
		}
	}
	alive, ok, err := spool.TryLock(in("lives", 0))
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	empty := filepath.Join(d.crashRoot(), "made")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	d.sweep(time.Now())
	want := []string{"lives", "lives/crash-1@0.txt", "made", "used", "used/crash-1@0.txt"}
	if diff := cmp.Diff(want, found(t, d.crashRoot())); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	if err := alive.Unlock(); err != nil {
		t.Fatal(err)
	}
	d.sweep(time.Now())
	if left := found(t, d.crashRoot()); slices.Contains(left, "lives") {
		t.Errorf("left after the process has ended: %v", left)
	}
}

// TestSweepKeepsACrashThatJustCame: a process may live long before it crashes.
func TestSweepKeepsACrashThatJustCame(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crash-1@0.txt")
	mustWrite(t, path, string(crashText("x")))
	before := time.Now().Add(-staleAfter)
	removeCrash(path, func(info fs.FileInfo) bool { return info.ModTime().Before(before) })
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

// TestSweepNowhere: without a place for state nothing of the working folder is
// looked at.
func TestSweepNowhere(t *testing.T) {
	clean(t)
	crash := crashFile(filepath.Join("crashes", "place"), "1", 0)
	mustWrite(t, crash, string(crashText("a file of the host")))
	age(t, crash)
	newDelivery(App{}, Settings{}, program()).sweep(time.Now())
	if _, err := os.Stat(crash); err != nil {
		t.Error(err)
	}
}

// TestAnUploaderSweepsDaily, with the first delivery on, and every delivery is
// recorded.
func TestAnUploaderSweepsDaily(t *testing.T) {
	d := newDelivery(App{}, Settings{Paths: Paths{State: t.TempDir()}}, program())
	tell := d.listener()
	start := time.Now()
	for _, tt := range []struct {
		after  time.Duration
		sweeps bool
	}{{0, true}, {time.Hour, false}, {sweepEvery, true}, {sweepEvery + time.Minute, false}} {
		gone := abandoned(t, d.settings.Paths.State)
		tell(upload.Delivery{Time: start.Add(tt.after)})
		if gone() != tt.sweeps {
			t.Errorf("after %s it swept: %v", tt.after, gone())
		}
	}
	recorded, err := os.ReadFile(filepath.Join(d.settings.Paths.State, sentFile))
	if lines := strings.Count(string(recorded), "\n"); err != nil || lines != 4 {
		t.Errorf("%d deliveries recorded, %v", lines, err)
	}
}

// abandoned is what a project left that is gone: a queue and a crash.
func abandoned(t *testing.T, state string) (gone func() bool) {
	t.Helper()
	queue, place := filepath.Join(state, "spool", "otlp-0123456789ab"), filepath.Join(state, "crashes", "0123456789ab")
	mustWrite(t, filepath.Join(queue, "x.seg"), "a trace")
	mustWrite(t, crashFile(place, "1", 0), string(crashText("x")))
	age(t, filepath.Join(queue, "x.seg"), queue, crashFile(place, "1", 0), place)
	return func() bool {
		_, err := os.Stat(queue)
		return missing(err) && len(crashFiles(place, holdsCrash)) == 0
	}
}

// TestWhoeverDeliversSweeps, in every way of delivery.
func TestWhoeverDeliversSweeps(t *testing.T) {
	for name, tt := range map[string]struct {
		delivery Delivery
		work     func(*testing.T, *Control, App)
	}{
		"in process":       {InProcess, played},
		"without children": {Auto, played}, // a test has none
		"a flush": {NextRun, func(t *testing.T, c *Control, _ App) {
			if _, err := c.Flush(t.Context()); err != nil {
				t.Error(err)
			}
		}},
		"a child": {Detached, func(t *testing.T, c *Control, _ App) { asChild(t, c).deliverAsChild() }},
	} {
		t.Run(name, func(t *testing.T) {
			clean(t)
			t.Setenv("TOOL_EPHEMERAL", "no")
			server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			defer server.Close()
			app := App{Name: "tool", Endpoint: server.URL, Delivery: tt.delivery, Linger: 10 * time.Second}
			c := turnedOn(t, app)
			c.routes = []Route{(&sender{}).route}
			left(t, c, 1)
			s, _ := c.resolve()
			gone := abandoned(t, s.Paths.State)
			if tt.work(t, c, app); !gone() {
				t.Error("nobody swept")
			}
		})
	}
}

func played(t *testing.T, _ *Control, app App) {
	typed(t, app, &sender{}, "play", fails(nil))
}

// TestOffAndForgetLeaveTheOperators: what waits for the operator's own endpoints
// is no anonymous event. What nobody uses goes.
func TestOffAndForgetLeaveTheOperators(t *testing.T) {
	for name, remove := range map[string]func(*Control) error{
		"off":    func(c *Control) error { _, err := c.TurnOff(); return err },
		"forget": func(c *Control) error { _, err := c.Forget(context.Background(), false); return err },
	} {
		t.Run(name, func(t *testing.T) {
			clean(t)
			t.Setenv("TOOL_EPHEMERAL", "no")
			c := turnedOn(t, App{Name: "tool", Endpoint: "http://127.0.0.1:1"})
			left(t, c, 2)
			s, _ := c.resolve()
			gone := abandoned(t, s.Paths.State)
			crash := crashFile(filepath.Join(s.Paths.State, "crashes", "used"), "1", 0)
			trace := filepath.Join(s.Paths.State, "spool", "sentry-used", "x.seg")
			mustWrite(t, crash, string(crashText("x")))
			mustWrite(t, trace, "a trace")
			if err := remove(c); err != nil {
				t.Fatal(err)
			}
			_, noCrash := os.Stat(crash)
			_, noTrace := os.Stat(trace)
			if noCrash != nil || noTrace != nil {
				t.Errorf("crash: %v; trace: %v", noCrash, noTrace)
			}
			if n := c.Status().Routes[0].Spool.Records; n != 0 || !gone() {
				t.Errorf("%d events wait; what nobody uses is gone: %v", n, gone())
			}
		})
	}
}
