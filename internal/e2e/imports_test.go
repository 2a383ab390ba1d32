package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/otelbridge/otelbridge-go/"

// layers are the packages from the bottom up. A package may import those of
// its own line's left and of the lines above it, and nothing else of the
// project: what leaves is decided at the bottom, and nothing below a route knows
// that routes exist.
var layers = [][]string{
	{"internal/clip"},
	{"anon"},
	{"anon/anontest"},
	{"internal/record"},
	{"internal/otlpwire"},
	{"internal/spool"},
	{"internal/gzip"},
	{"internal/upload"},
	{"otelbridge"},
	{"otelbridge/routetest"},
	{"exporters/track", "exporters/otlp", "exporters/console", "sentry"},
	{"exporters/track/batch"},
	{"otelbridge/telemetrycmd"},
	{"cmd/otelbridge/internal/tool"},
	{"cmd/otelbridge"},
	{"internal/e2e"},
}

// skipped says which layers a package must not reach down to although they are
// below it.
var skipped = map[string]map[string]string{
	"internal/spool": {"anon": "the queue knows nothing of what it holds"},
	"exporters/track": {
		"internal/spool":  "a route sees a RoundTripper, not the queue",
		"internal/upload": "only the bridge knows the uploader",
	},
	"exporters/otlp": {"internal/spool": "a route sees a RoundTripper, not the queue"},
	"sentry":         {"internal/spool": "a route sees a RoundTripper, not the queue"},
}

// links says who alone may link what, and why.
var links = []struct {
	prefix string
	only   []string
	why    string
}{
	{"google.golang.org/", []string{"exporters/otlp"}, "protobuf and gRPC cost 7 MB"},
	{"go.opentelemetry.io/proto/", []string{"exporters/otlp"}, "protobuf and gRPC cost 7 MB"},
	{"go.opentelemetry.io/otel/exporters/", []string{"exporters/otlp"}, "it brings protobuf"},
	{"github.com/getsentry/", []string{"sentry"}, "only hosts that want Sentry pay for it"},
	{"github.com/klauspost/", []string{"internal/gzip", "exporters/otlp", "exporters/track/batch", "sentry"}, "a host that compresses nothing starts without it"},
	{"github.com/spf13/", []string{"otelbridge/telemetrycmd", "cmd/otelbridge/internal/tool", "cmd/otelbridge"}, "a host without cobra stays without it"},
	{"testing", []string{"anon/anontest", "otelbridge/routetest"}, "tests are not part of a program"},
}

type goPackage struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func goList(t *testing.T, args ...string) []goPackage {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports,Deps"}, args...)...)
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(os.Environ(), "GOWORK=off")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p goPackage
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func layerOf(name string) int {
	return slices.IndexFunc(layers, func(l []string) bool { return slices.Contains(l, name) })
}

// TestImportsRunOneWay fails on a new arrow.
func TestImportsRunOneWay(t *testing.T) {
	for _, p := range goList(t, "./...") {
		name := strings.TrimPrefix(p.ImportPath, module)
		own := layerOf(name)
		if own < 0 {
			t.Errorf("%s has no layer: say in this test where it belongs", name)
			continue
		}
		for _, i := range p.Imports {
			imported, ours := strings.CutPrefix(i, module)
			if !ours {
				continue
			}
			if layerOf(imported) >= own {
				t.Errorf("%s must not import %s: imports run one way", name, imported)
			}
			if why := skipped[name][imported]; why != "" {
				t.Errorf("%s must not import %s: %s", name, imported, why)
			}
		}
	}
}

// TestLinkClosure fails when a package links what only others may.
func TestLinkClosure(t *testing.T) {
	everything := []string{"google.golang.org/", "github.com/klauspost/", "go.opentelemetry.io/proto/", "go.opentelemetry.io/otel/exporters/", "github.com/getsentry/"}
	allowed := map[string][]string{"cmd/otelbridge": everything, "cmd/otelbridge/internal/tool": everything}
	for _, p := range goList(t, "./...") {
		name := strings.TrimPrefix(p.ImportPath, module)
		for _, l := range links {
			if slices.Contains(l.only, name) || slices.Contains(allowed[name], l.prefix) {
				continue
			}
			for _, dep := range p.Deps {
				if dep == l.prefix || strings.HasSuffix(l.prefix, "/") && strings.HasPrefix(dep, l.prefix) {
					t.Errorf("%s links %s: %s", name, dep, l.why)
					break
				}
			}
		}
	}
}

// maxAnonymousHost is what a stripped program with only anonymous telemetry
// may weigh. The SDK and what net/http needs to write a request and to read an
// answer, TLS with it, are 6.35 MB of it.
const maxAnonymousHost = 7_500_000

// TestAnonymousHostIsSmall builds such a program as a host would.
func TestAnonymousHostIsSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	exe := filepath.Join(t.TempDir(), "host")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", exe, "./internal/e2e/testdata/anonymous")
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(os.Environ(), "GOWORK=off", "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	info, err := os.Stat(exe)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes", info.Size())
	if info.Size() > maxAnonymousHost {
		t.Errorf("an anonymous-only host weighs %d bytes, at most %d", info.Size(), maxAnonymousHost)
	}
	for _, dep := range goList(t, "./internal/e2e/testdata/anonymous")[0].Deps {
		for _, l := range links {
			if dep == l.prefix || strings.HasSuffix(l.prefix, "/") && strings.HasPrefix(dep, l.prefix) {
				t.Errorf("it links %s: %s", dep, l.why)
			}
		}
	}
}
