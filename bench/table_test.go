package bench

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
)

var (
	ratios = flag.Bool("ratios", false, "measure and print the tables of ratios")
	passes = flag.Int("passes", 5, "how often each row is measured for a table")
)

// row is one thing that is measured.
type row struct {
	name string
	goal float64 // the ratio it must not exceed; 0: none
	run  func(*testing.B)
}

// table measures rows beside the first, which is the base.
type table struct {
	title string
	rows  []row
}

func (tb table) bench(b *testing.B) {
	for _, r := range tb.rows {
		b.Run(r.name, r.run)
	}
}

type figures struct {
	ns, ratio []float64
	bytes     int64
	allocs    int64
}

// print measures every row once per pass, so that a slow moment of the machine
// falls on all of them alike.
func (tb table) print(t *testing.T) {
	if !*ratios {
		t.Skip("run with -ratios")
	}
	got := make([]figures, len(tb.rows))
	for range *passes {
		base := 0.0
		for i, r := range tb.rows {
			res := testing.Benchmark(r.run)
			if res.N == 0 {
				t.Fatalf("%s failed: run it with -bench", r.name)
			}
			ns := float64(res.T.Nanoseconds()) / float64(res.N)
			if i == 0 {
				base = ns
			}
			got[i].ns, got[i].ratio = append(got[i].ns, ns), append(got[i].ratio, ns/base)
			got[i].bytes, got[i].allocs = res.AllocedBytesPerOp(), res.AllocsPerOp()
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "\n%s\n\n| row | ns | ratio (min - max) | goal | B/op | allocs |\n| --- | --- | --- | --- | --- | --- |\n", tb.title)
	for i, r := range tb.rows {
		goal := "-"
		if r.goal > 0 {
			goal = fmt.Sprint(r.goal)
		}
		f := got[i]
		fmt.Fprintf(&out, "| %s | %.0f | **%.3g** (%.3g - %.3g) | %s | %d | %d |\n", r.name,
			median(f.ns), median(f.ratio), slices.Min(f.ratio), slices.Max(f.ratio), goal, f.bytes, f.allocs)
	}
	t.Log(out.String())
}

func median(v []float64) float64 {
	sorted := slices.Sorted(slices.Values(v))
	return sorted[len(sorted)/2]
}
