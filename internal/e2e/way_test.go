package e2e

import (
	"encoding/hex"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var silent = result{stdout: "loaded 3 games\n"}

func TestAllRoutesAtOnce(t *testing.T) {
	r := newReceiver(t)
	if got := run(t, t.TempDir(), allRoutes(r.URL)...); got != silent {
		t.Fatalf("%+v", got)
	}
	var events []string
	for _, e := range r.events(t) {
		events = append(events, e["event"].(string))
	}
	if diff := cmp.Diff([]string{"pipeline_extract", "pipeline_load", "pipeline_run"}, events); diff != "" {
		t.Errorf("anonymous events: %s", diff)
	}
	spans := map[string]string{}
	for _, s := range r.spans(t) {
		spans[s.Name] = hex.EncodeToString(s.ParentSpanId)
	}
	run := ""
	for _, s := range r.spans(t) {
		if s.Name == "run" {
			run = hex.EncodeToString(s.SpanId)
		}
	}
	if diff := cmp.Diff(map[string]string{"run": "", "extract": run, "load": run}, spans); diff != "" {
		t.Errorf("OTLP spans and their parents: %s", diff)
	}
	items := r.items(t)
	if len(items) != 1 || items[0].kind != "transaction" {
		t.Fatalf("Sentry items: %v", items)
	}
	if children, _ := items[0].payload["spans"].([]any); len(children) != 2 {
		t.Errorf("the transaction has %d spans", len(children))
	}
}

// TestNoSecretLeaves plants a secret in every place and looks for it in every
// byte that arrives.
func TestNoSecretLeaves(t *testing.T) {
	r := newReceiver(t)
	env := append(allRoutes(r.URL), "E2E_SECRETS=1", "E2E_FAIL=1",
		"OTEL_RESOURCE_ATTRIBUTES=user.email="+secret("resource"), "OTEL_SERVICE_NAME="+secret("service"),
		"OTEL_EXPORTER_OTLP_HEADERS=authorization="+secret("headers"), "OTEL_EXPORTER_OTLP_TRACES_HEADERS=x="+secret("headers"),
		"SENTRY_DSN="+r.URL+"/"+secret("dsn"), "SENTRY_ENVIRONMENT="+secret("environment"), "SENTRY_TAGS_USER="+secret("tag"))
	got := run(t, t.TempDir(), env...)
	if got.code != 3 || got.stderr != "hosttool: reading "+secret("error")+"\n" {
		t.Fatalf("%+v", got)
	}
	if len(r.events(t)) != 4 || len(r.spans(t)) < 5 || len(r.items(t)) == 0 {
		t.Fatalf("%d events, %d spans, %d items arrived", len(r.events(t)), len(r.spans(t)), len(r.items(t)))
	}
	if found := places(r.raw.String()); len(found) > 0 {
		t.Errorf("the anonymous route shows the secrets of %v", found)
	}
	for route, path := range map[string]string{"otlp": otlpPath, "sentry": sentryPath} {
		allowed := []string{"error", "spanname", "eventname"}
		for _, place := range places(r.all(path)) {
			if !slices.Contains(allowed, place) {
				t.Errorf("%s shows the secret of %q", route, place)
			}
		}
	}
	for _, s := range r.spans(t) {
		if strings.Contains(s.Status.GetMessage(), "hush") || s.TraceState != "" {
			t.Errorf("span %s: status %q, trace state %q", s.Name, s.Status.GetMessage(), s.TraceState)
		}
		for _, a := range s.Attributes {
			if strings.Contains(a.Value.GetStringValue(), "hush") {
				t.Errorf("span %s: attribute %s = %q", s.Name, a.Key, a.Value.GetStringValue())
			}
		}
	}
}

// places lists the secrets that a text shows.
func places(text string) []string {
	var found []string
	for _, part := range strings.Split(text, "hush-")[1:] {
		if place, _, ok := strings.Cut(part, "-hush"); ok && !slices.Contains(found, place) {
			found = append(found, place)
		}
	}
	return found
}

// TestPanic: a panic ends the host as it would have without telemetry, and its
// text reaches nobody anonymously.
func TestPanic(t *testing.T) {
	r := newReceiver(t)
	home := t.TempDir()
	got := run(t, home, append(allRoutes(r.URL), "E2E_PANIC=1", "E2E_DELIVERY=next")...)
	plain := run(t, t.TempDir(), "E2E_PANIC=1", "ENABLE_RUNTIME_TRACE=false")
	if first := func(s string) string { line, _, _ := strings.Cut(s, "\n"); return line }; got.code != plain.code || first(got.stderr) != first(plain.stderr) {
		t.Errorf("with telemetry: %d %s\nwithout: %d %s", got.code, first(got.stderr), plain.code, first(plain.stderr))
	}
	if again := run(t, home, allRoutes(r.URL)...); again != silent {
		t.Fatalf("%+v", again)
	}
	if found := places(r.raw.String()); len(found) > 0 {
		t.Errorf("the anonymous route shows the secrets of %v", found)
	}
	failed := 0
	for _, e := range r.events(t) {
		if e["properties"].(map[string]any)["success"] == false {
			failed++
		}
	}
	if failed != 2 {
		t.Errorf("%d failed events arrived, want load and run", failed)
	}
}

// TestEndpointsThatDoNotAnswer: whatever the network does, the host is the
// same, and all arrives once in a later run, when the endpoint is back.
func TestEndpointsThatDoNotAnswer(t *testing.T) {
	for name, breaks := range map[string]func(*testing.T) broken{
		"refused": refusedThenUp, "silent": silentThenUp, "error 500": failingThenUp,
	} {
		for _, delivery := range []string{"in process", "next", "detached"} {
			t.Run(name+"/"+delivery, func(t *testing.T) {
				t.Parallel()
				if delivery == "in process" && name == "silent" {
					t.Skip("waits as long as it was told to")
				}
				home, endpoint := t.TempDir(), breaks(t)
				t.Cleanup(func() { awaitChildren(t, home) })
				for range 2 {
					if got := run(t, home, append(allRoutes(endpoint.url), "E2E_DELIVERY="+delivery)...); got != silent {
						t.Errorf("%+v", got)
					}
				}
				r := endpoint.mend()
				checkOnce(t, r, 2+runUntilAllArrived(t, r, home, endpoint.url, 2))
			})
		}
	}
}

// TestAMovedEndpoint: anonymous events follow the endpoint that the user
// names; traces that were recorded for one endpoint never go to another.
func TestAMovedEndpoint(t *testing.T) {
	home := t.TempDir()
	if got := run(t, home, append(allRoutes("https://nobody.invalid"), "E2E_DELIVERY=next")...); got != silent {
		t.Fatalf("%+v", got)
	}
	r := newReceiver(t)
	if got := run(t, home, allRoutes(r.URL)...); got != silent {
		t.Fatalf("%+v", got)
	}
	if e, s, i := len(r.events(t)), len(r.spans(t)), len(r.items(t)); e != 6 || s != 3 || i != 1 {
		t.Errorf("%d events, %d spans and %d transactions arrived", e, s, i)
	}
}

// broken is an endpoint that does not work until it is mended.
type broken struct {
	url  string
	mend func() *receiver
}

func refusedThenUp(t *testing.T) broken {
	address := refusing(t)
	return broken{"http://" + address, func() *receiver {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		r := &receiver{status: http.StatusOK, bodies: map[string][][]byte{}}
		r.Server = &httptest.Server{Listener: l, Config: &http.Server{Handler: r}}
		r.Start()
		t.Cleanup(r.Close)
		return r
	}}
}

func silentThenUp(t *testing.T) broken {
	s := newSleeper(t)
	return broken{s.URL, func() *receiver {
		close(s.awake)
		return s.receiver
	}}
}

func failingThenUp(t *testing.T) broken {
	r := newReceiver(t)
	r.answer(http.StatusInternalServerError)
	return broken{r.URL, func() *receiver {
		r.answer(http.StatusOK)
		return r
	}}
}

// runUntilAllArrived runs the host until what it and some earlier runs recorded
// is there, and says how often: a pause after a failure, or a detached child
// that is still at work, can hold things up for seconds.
func runUntilAllArrived(t *testing.T, r *receiver, home, url string, before int) int {
	t.Helper()
	for n := 1; n <= 30; n++ {
		if got := run(t, home, allRoutes(url)...); got != silent {
			t.Errorf("%+v", got)
		}
		if unique := slices.Compact(r.ids(t)); len(unique) == 7*(before+n) {
			return n
		}
		time.Sleep(500 * time.Millisecond)
	}
	t.Fatalf("%d things arrived", len(r.ids(t)))
	return 0
}

// checkOnce checks that all of a number of runs arrived, each thing once.
func checkOnce(t *testing.T, r *receiver, runs int) {
	t.Helper()
	ids := r.ids(t)
	if unique := slices.Compact(slices.Clone(ids)); len(unique) != len(ids) {
		t.Errorf("%d things arrived more than once", len(ids)-len(unique))
	}
	if e, s, i := len(r.events(t)), len(r.spans(t)), len(r.items(t)); e != 3*runs || s != 3*runs || i != runs {
		t.Errorf("of %d runs %d events, %d spans and %d transactions arrived", runs, e, s, i)
	}
}

func refusing(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// TestMasterSwitch: with every route configured, the one switch leaves no file
// and no request.
func TestMasterSwitch(t *testing.T) {
	for _, off := range []string{
		"ENABLE_RUNTIME_TRACE=false", "ENABLE_RUNTIME_TRACE=nonsense", "HOSTTOOL_ENABLE_RUNTIME_TRACE=false", "RUNTIME__ENABLE_RUNTIME_TRACE=false",
		"OTEL_SDK_DISABLED=true",
	} {
		r := newReceiver(t)
		home := t.TempDir()
		if got := run(t, home, append(allRoutes(r.URL), off)...); got != silent {
			t.Errorf("%s: %+v", off, got)
		}
		if len(files(t, home)) != 0 || len(r.ids(t)) != 0 {
			t.Errorf("%s: files %v, received %v", off, files(t, home), r.ids(t))
		}
	}
}

// TestMasterSwitchForgets the anonymous events that wait, and nothing of what the
// operator is to get.
func TestMasterSwitchForgets(t *testing.T) {
	home := t.TempDir()
	r := newReceiver(t)
	env := allRoutes(r.URL)
	for _, off := range []string{"", "ENABLE_RUNTIME_TRACE=false"} {
		if got := run(t, home, append(env, "E2E_DELIVERY=next", off)...); got != silent {
			t.Fatalf("%+v", got)
		}
	}
	if len(r.ids(t)) != 0 {
		t.Fatalf("received %v", r.ids(t))
	}
	if got := run(t, home, env...); got != silent {
		t.Fatalf("%+v", got)
	}
	if e, s, i := len(r.events(t)), len(r.spans(t)), len(r.items(t)); e != 3 || s != 6 || i != 2 {
		t.Errorf("%d events, %d spans and %d transactions arrived", e, s, i)
	}
}

// TestExitWithoutShutdown: os.Exit right after the pipeline loses no anonymous
// event, and traces only of the last moments.
func TestExitWithoutShutdown(t *testing.T) {
	r := newReceiver(t)
	home := t.TempDir()
	if got := run(t, home, append(allRoutes(r.URL), "E2E_EXIT=1", "E2E_DELIVERY=next")...); got != silent {
		t.Fatalf("%+v", got)
	}
	if got := run(t, home, allRoutes(r.URL)...); got != silent {
		t.Fatalf("%+v", got)
	}
	if got := len(r.events(t)); got != 6 {
		t.Errorf("%d events arrived", got)
	}
}

// TestProgramsThatNeverShutDown: what a program leaves that ends by os.Exit is
// delivered by a child of a later one that does so too.
func TestProgramsThatNeverShutDown(t *testing.T) {
	r := newReceiver(t)
	home := t.TempDir()
	t.Cleanup(func() { awaitChildren(t, home) })
	env := append(allRoutes(r.URL), "E2E_EXIT=1", "E2E_DELIVERY=detached")
	for range 2 {
		if got := run(t, home, env...); got != silent {
			t.Fatalf("%+v", got)
		}
	}
	for range 200 {
		if len(r.events(t)) >= 3 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("%d events arrived", len(r.events(t)))
}

// TestCredentialsAreNotOnDisk looks for keys and headers in all that a run
// leaves behind.
func TestCredentialsAreNotOnDisk(t *testing.T) {
	home := t.TempDir()
	env := append(allRoutes("http://"+refusing(t)), "E2E_DELIVERY=next",
		"HOSTTOOL_OTLP_HEADERS=authorization=Bearer "+secret("bearer"), "HOSTTOOL_TELEMETRY_SEGMENT_WRITE_KEY="+secret("key"))
	env = append(env, "HOSTTOOL_SENTRY_DSN=http://"+strings.ReplaceAll(secret("dsn"), "-", "")+"@127.0.0.1:9/1")
	if got := run(t, home, env...); got != silent {
		t.Fatalf("%+v", got)
	}
	if len(files(t, home)) == 0 {
		t.Fatal("nothing was spooled")
	}
	for _, path := range files(t, home) {
		if text := read(t, path); strings.Contains(text, "hush") {
			t.Errorf("%s holds a credential", filepath.Base(path))
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
