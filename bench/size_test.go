package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// sizes are programs below exit/host, beside the first.
var sizes = []struct {
	name string
	goal float64
}{{"nethttp", 0}, {"anonymous", 1.2}, {"all", 0}, {"segment", 0}, {"posthog", 0}, {"sentry", 0}, {"opentelemetry", 0}}

// TestRatiosSize prints how much a stripped program weighs.
func TestRatiosSize(t *testing.T) {
	if !*ratios {
		t.Skip("run with -ratios")
	}
	dir := t.TempDir()
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", dir+string(filepath.Separator), "./exit/host/...")
	cmd.Env = append(os.Environ(), "GOWORK=off", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var out strings.Builder
	out.WriteString("\nSize of a program of five steps, stripped; base: net/http alone\n\n| program | MiB | ratio | goal |\n| --- | --- | --- | --- |\n")
	base := 0.0
	for _, s := range sizes {
		info, err := os.Stat(filepath.Join(dir, s.name))
		if err != nil {
			t.Fatal(err)
		}
		size := float64(info.Size()) / (1 << 20)
		if base == 0 {
			base = size
		}
		goal := "-"
		if s.goal > 0 {
			goal = fmt.Sprint(s.goal)
		}
		fmt.Fprintf(&out, "| %s | %.2f | **%.2f** | %s |\n", s.name, size, size/base, goal)
	}
	t.Log(out.String())
}
