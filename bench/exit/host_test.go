//go:build linux

package exit

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// host is a program of the table.
type host struct {
	name   string
	binary string
	ours   bool
	launch bool // each run launches an uploader; else none does
}

// hosts are the rows, for each endpoint. A run that launches no uploader is one
// that follows within ten seconds of one that did.
var hosts = []host{
	{name: "anonymous events", binary: "anonymous", ours: true},
	{name: "anonymous events, launches", binary: "anonymous", ours: true, launch: true},
	{name: "all three routes", binary: "all", ours: true},
	{name: "all three routes, launches", binary: "all", ours: true, launch: true},
	{name: "analytics-go", binary: "segment"},
	{name: "posthog-go", binary: "posthog"},
	{name: "sentry-go", binary: "sentry"},
	{name: "OpenTelemetry", binary: "opentelemetry"},
}

// env is the environment of a run that is on.
func (h host) env(e endpoint, home string) []string {
	base := []string{"HOME=" + home, "PATH=" + os.Getenv("PATH")}
	if !h.ours {
		return append(base, "BENCH_URL="+e.url)
	}
	scheme, at, _ := strings.Cut(e.url, "://")
	return append(base, "BENCH_DELIVERY=detached", "BENCHTOOL_TELEMETRY=1",
		"BENCHTOOL_TELEMETRY_ENDPOINT="+e.url+"/track",
		"BENCHTOOL_OTLP_ENDPOINT="+e.url,
		"BENCHTOOL_SENTRY_DSN="+scheme+"://public@"+at+"/1")
}

// off switches a run off.
func (h host) off(env []string) []string {
	return append(append([]string(nil), env...), "BENCH_OFF=1", "ENABLE_RUNTIME_TRACE=false")
}

// stateFile is what the uploaders of a home remember, and lockFile what they lock
// for it; its time says until when nothing is launched.
func stateFile(home string) string { return inSpool(home, "state.json") }
func lockFile(home string) string  { return inSpool(home, "state.lock") }

func inSpool(home, name string) string {
	return filepath.Join(home, ".local", "state", "benchtool", "spool", name)
}

// prepare makes the next run launch an uploader, or not.
func (h host) prepare(t *testing.T, exe, home string) {
	if !h.ours {
		return
	}
	quiet(exe)
	if h.launch {
		_ = os.Remove(stateFile(home))
		_ = os.Chtimes(lockFile(home), time.Time{}, time.Now())
		return
	}
	launchedNow(t, home)
}

// launchedNow says in the state that an uploader was launched a moment ago, and
// nothing about the endpoints.
func launchedNow(t *testing.T, home string) {
	_ = os.Chtimes(lockFile(home), time.Time{}, time.Now().Add(9*time.Second))
	data, err := os.ReadFile(stateFile(home))
	if err != nil {
		return
	}
	var state map[string]any
	if err := json.Unmarshal(data, &state); err != nil {
		t.Fatal(err)
	}
	delete(state, "targets")
	launches, _ := state["launches"].(map[string]any)
	for key := range launches {
		launches[key] = map[string]any{"last": time.Now(), "reported": time.Now()}
	}
	data, err = json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(stateFile(home), data, 0o600); err != nil {
		t.Fatal(err)
	}
}
