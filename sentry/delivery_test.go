package sentry

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// fakeProject is a Sentry project on this machine with a will of its own.
type fakeProject struct {
	*httptest.Server
	mu     sync.Mutex
	answer func(http.ResponseWriter, *http.Request)
	got    []string // bodies
	auth   []string
}

func newProject(t *testing.T, answer func(http.ResponseWriter, *http.Request)) *fakeProject {
	p := &fakeProject{answer: answer}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	t.Setenv("LOADER_SENTRY_DSN", strings.Replace(p.URL, "http://", "http://canarykey@", 1)+"/prefix/42")
	return p
}

func (p *fakeProject) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body io.Reader = r.Body
	if r.Header.Get("Content-Encoding") == "gzip" {
		body, _ = gzip.NewReader(r.Body)
	}
	text, _ := io.ReadAll(body)
	p.mu.Lock()
	p.got = append(p.got, r.URL.Path+"\n"+string(text))
	p.auth = append(p.auth, r.Header.Get("X-Sentry-Auth"))
	answer := p.answer
	p.mu.Unlock()
	answer(w, r)
}

func (p *fakeProject) requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.got
}

// run is one run of a host that fails.
func runOnce(t *testing.T, folder string) {
	t.Helper()
	app := otelbridge.App{
		Name: "loader", Version: "1.2.3", Dir: folder,
		Delivery: otelbridge.InProcess, Linger: 300 * time.Millisecond,
	}
	bridge, err := otelbridge.Start(t.Context(), app, Route)
	if err != nil {
		t.Fatal(err)
	}
	fail := errors.New("no such table")
	err = bridge.Pipeline(t.Context(), "chess", func(ctx context.Context) error {
		return otelbridge.Step(ctx, "load", func(context.Context) error { return fail })
	})
	if err != fail {
		t.Errorf("the pipeline returned %v", err)
	}
	if err := bridge.Shutdown(context.Background()); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
}

// waiting is everything that the host keeps on disk.
func waiting(t *testing.T, folder string) string {
	t.Helper()
	var all bytes.Buffer
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		all.Write(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// TestHostileProjects looks at what an endpoint's answer does: nothing to the
// host, and to the records what the answer means.
func TestHostileProjects(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request)
		kept   bool // the records wait on disk
		paused bool // the next run does not send
	}{
		"healthy":       {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }, false, false},
		"never answers": {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, true, true},
		"401":           {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }, true, true},
		"413":           {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusRequestEntityTooLarge) }, false, false},
		"429": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Sentry-Rate-Limits", "3600:transaction;error:key")
			w.WriteHeader(http.StatusTooManyRequests)
		}, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			p, folder := newProject(t, c.answer), t.TempDir()
			runOnce(t, folder)
			left := waiting(t, folder)
			if got := strings.Contains(left, "no such table"); got != c.kept {
				t.Errorf("kept is %v, want %v", got, c.kept)
			}
			if strings.Contains(left, "canarykey") {
				t.Error("the key of the DSN is on disk")
			}
			if len(p.requests()) == 0 {
				t.Fatal("no request was made")
			}
			if path, _, _ := strings.Cut(p.requests()[0], "\n"); path != "/prefix/api/42/envelope/" {
				t.Errorf("sent to %s", path)
			}
			if !strings.Contains(p.auth[0], "sentry_key=canarykey") {
				t.Errorf("X-Sentry-Auth: %s", p.auth[0])
			}
			before := len(p.requests())
			runOnce(t, folder)
			if sent := len(p.requests()) > before; sent == c.paused && name != "never answers" {
				t.Errorf("the next run sent: %v, want %v", sent, !c.paused)
			}
		})
	}
}

// TestLimitOfOneCategory: a project without a quota for transactions left still
// gets the issues, of this run and of the next.
func TestLimitOfOneCategory(t *testing.T) {
	p := newProject(t, nil)
	p.answer = func(w http.ResponseWriter, _ *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if last := p.got[len(p.got)-1]; strings.Contains(last, `"type":"transaction"`) {
			w.Header().Set("Retry-After", "3600")
			w.Header().Set("X-Sentry-Rate-Limits", "3600:transaction:key")
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}
	folder := t.TempDir()
	for range 3 {
		runOnce(t, folder)
	}
	issues, transactions := 0, 0
	for _, request := range p.requests() {
		if strings.Contains(request, `"type":"transaction"`) {
			transactions++
		} else {
			issues++
		}
	}
	if issues != 3 || transactions != 1 {
		t.Errorf("%d issues and %d transactions were sent, want 3 and 1", issues, transactions)
	}
	if left := waiting(t, folder); strings.Count(left, `{"type":"transaction",`) < 3 {
		t.Error("the transactions do not wait")
	}
}

// TestCrashBecomesAnIssue leaves what the runtime would and starts again.
func TestCrashBecomesAnIssue(t *testing.T) {
	p, folder := newProject(t, func(w http.ResponseWriter, _ *http.Request) {}), t.TempDir()
	crash := "panic: cannot open postgres://joe:hunter2secret@db/x\n\ngoroutine 1 [running]:\nmain.load(0x1)\n\t/home/joe/load.go:7 +0x1\nmain.main()\n\t/home/joe/main.go:3 +0x2\nexit status 2\n"
	path := filepath.Join(crashFolder(t, folder), "crash-1.2.2.txt")
	if err := os.WriteFile(path, []byte(crash), 0o600); err != nil {
		t.Fatal(err)
	}
	past := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, past, past); err != nil {
		t.Fatal(err)
	}
	runOnce(t, folder)
	runOnce(t, folder)
	var issues []envelope
	for _, request := range p.requests() {
		_, body, _ := strings.Cut(request, "\n")
		if e := readEnvelope(t, []byte(body)); e.at("level") == "fatal" {
			issues = append(issues, e)
		}
	}
	if len(issues) != 1 {
		t.Fatalf("%d issues of one crash", len(issues))
	}
	e := issues[0]
	if e.at("release") != "loader@1.2.2" || e.at("exception", "values", 0, "type") != "panic" ||
		!strings.HasPrefix(e.at("exception", "values", 0, "value").(string), "cannot open postgres://") {
		t.Errorf("issue %s", e.raw)
	}
	if at(e.at("exception", "values", 0, "stacktrace", "frames", 1), "function") != "load" {
		t.Errorf("stack %v", e.at("exception", "values", 0, "stacktrace"))
	}
	if all := strings.Join(p.requests(), ""); strings.Contains(all, "hunter2secret") || strings.Contains(all, "/home/joe") {
		t.Errorf("a secret or a path was sent: %s", e.raw)
	}
}

// crashFolder is where crashes of this project wait, which Recover makes.
func crashFolder(t *testing.T, folder string) string {
	t.Helper()
	bridge, err := otelbridge.Start(t.Context(), otelbridge.App{Name: "loader", Dir: folder}, Route)
	if err != nil {
		t.Fatal(err)
	}
	bridge.Recover()
	if err := errors.Join(debug.SetCrashOutput(nil, debug.CrashOptions{}), bridge.Shutdown(t.Context())); err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(stateOf(t, folder), "crashes", "*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("crash folders %v, error %v", found, err)
	}
	return found[0]
}

func stateOf(t *testing.T, folder string) string {
	t.Helper()
	bridge, err := otelbridge.Start(t.Context(), otelbridge.App{Name: "loader", Dir: folder})
	if err != nil {
		t.Fatal(err)
	}
	return bridge.Settings().Paths.State
}

// TestHostThatLogsWhatIsReported: a spool that fails is reported while a silent
// trace is given up, to a host that logs it here.
func TestHostThatLogsWhatIsReported(t *testing.T) {
	var l *slog.Logger
	reported := 0
	r := newRig(t, func(s *otelbridge.Setup) {
		s.Spool = func(string, otelbridge.Limits) otelbridge.Spool {
			return func(*http.Request) (*http.Response, error) { return nil, errors.New("no") }
		}
		s.Report = func(err error) {
			reported++
			l.Error("telemetry", "err", err)
		}
	})
	l = r.logger(new(bytes.Buffer), slog.LevelInfo)
	now := time.Now()
	r.processor.now = func() time.Time { return now }
	leak := func() {
		ctx, _ := r.tracer.Start(t.Context(), "leaked")
		_ = r.step(ctx, "done", func(context.Context) error { return nil })
	}
	leak()
	now = now.Add(2 * patience)
	leak() // gives up the first
	r.processor.runs.reported.Store(false)
	if err := r.bridge.Shutdown(t.Context()); err != nil { // gives up the second
		t.Error(err)
	}
	if reported < 2 {
		t.Errorf("%d errors were reported", reported)
	}
}
