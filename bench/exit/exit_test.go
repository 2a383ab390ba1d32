//go:build linux

package exit

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	ratios = flag.Bool("ratios", false, "measure and print the table")
	rounds = flag.Int("rounds", 60, "how often each row is measured")
	slow   = flag.Int("slow", 3, "how often a row that waits for seconds is")
	only   = flag.String("only", "", "hosts that match this regular expression, and no others")
)

// row is a host with an endpoint, and its figures in milliseconds.
type row struct {
	host
	endpoint
	exe, home        string
	added, all, over []float64
}

func (r *row) waits() bool { return r.endpoint.waits && !r.ours }

// TestExit prints the table.
func TestExit(t *testing.T) {
	if !*ratios {
		t.Skip("run with -ratios")
	}
	dir := build(t)
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	b := bench{null: null, hello: filepath.Join(dir, "hello")}
	b.rows = makeRows(t, dir)
	b.warm(t)
	for n := range *rounds {
		b.round(t, n, func(r *row) bool { return !r.waits() })
	}
	for n := range *slow {
		b.round(t, n, (*row).waits)
	}
	t.Log(b.table(dir))
}

type bench struct {
	null  *os.File
	hello string
	rows  []*row
}

func makeRows(t *testing.T, dir string) []*row {
	var rows []*row
	match := regexp.MustCompile(*only)
	network := endpoints(t)
	for _, h := range hosts {
		if !match.MatchString(h.name) {
			continue
		}
		for _, e := range network {
			rows = append(rows, &row{host: h, endpoint: e, exe: filepath.Join(dir, h.binary), home: t.TempDir()})
		}
	}
	return rows
}

// warm lets each host make its folders and its first launch.
func (b *bench) warm(t *testing.T) {
	for _, r := range b.rows {
		if r.ours {
			wall(t, b.null, r.exe, r.env(r.endpoint, r.home))
			quiet(r.exe)
		}
	}
}

// round measures some of the rows once: on, off and the smallest program, one
// after the other.
func (b *bench) round(t *testing.T, n int, which func(*row) bool) {
	for _, r := range b.rows {
		if !which(r) {
			continue
		}
		env := r.env(r.endpoint, r.home)
		r.prepare(t, r.exe, r.home)
		var on, off time.Duration
		if n%2 == 0 {
			off = wall(t, b.null, r.exe, r.off(env))
			on = wall(t, b.null, r.exe, env)
		} else {
			on = wall(t, b.null, r.exe, env)
			r.rest()
			off = wall(t, b.null, r.exe, r.off(env))
		}
		r.rest()
		hello := wall(t, b.null, b.hello, env)
		r.added = append(r.added, ms(on-off))
		r.over = append(r.over, ms(on-hello))
		r.all = append(r.all, ms(on))
	}
}

// rest ends what a run left behind.
func (r *row) rest() {
	if r.ours {
		quiet(r.exe)
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// table is Markdown.
func (b *bench) table(dir string) string {
	var out strings.Builder
	out.WriteString("\nAdded wall time of a program of five steps, ms\n\n" +
		"| host | endpoint | rounds | added, median (10 % - 90 %) | over the smallest program | wall | binary MiB |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, r := range b.rows {
		if len(r.added) == 0 {
			continue
		}
		fmt.Fprintf(&out, "| %s | %s | %d | **%.2f** (%.2f - %.2f) | %.2f | %.2f | %.2f |\n", r.host.name, r.endpoint.name, len(r.added),
			part(r.added, 0.5), part(r.added, 0.1), part(r.added, 0.9), part(r.over, 0.5), part(r.all, 0.5), mebibytes(filepath.Join(dir, r.binary)))
	}
	return out.String()
}

// part is the value below which a part of all lie.
func part(v []float64, p float64) float64 {
	sorted := slices.Sorted(slices.Values(v))
	return sorted[min(int(p*float64(len(sorted))), len(sorted)-1)]
}

func mebibytes(path string) float64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return float64(info.Size()) / (1 << 20)
}
