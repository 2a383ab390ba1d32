package console

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"
)

var update = flag.Bool("update", false, "write the drawings to testdata")

// at makes a step that ran from start to end, in milliseconds, with children below it.
func at(name string, start, end float64, children ...*step) *step {
	return &step{name: name, start: milliseconds(start), end: milliseconds(end), children: children}
}

func milliseconds(x float64) time.Duration { return time.Duration(x * float64(time.Millisecond)) }

func (st *step) counting(read, written int64) *step {
	st.counts = []count{{"records.read", read}, {"records.written", written}}
	return st
}

func (st *step) ended(how outcome, message string) *step {
	st.outcome, st.message = how, message
	return st
}

func typical() *step {
	return at("run", 0, 2310,
		at("extract", 3, 812).counting(12034, 12034),
		at("normalize", 812, 930,
			at("people", 812, 812.4).counting(34, 31),
			at("renames", 820, 930),
		).counting(12034, 11000),
		at("load", 930, 2309).counting(11000, 11000),
	)
}

func failing() *step {
	full := "insert into files: disk full\n(SQLITE_FULL: database or disk is full, and a text that is far too long for one line of anybody's terminal)"
	return at("run", 0, 5,
		at("extract", 0, 2.5).counting(10, 10),
		at("load", 2.5, 5, at("insert", 2.6, 5).ended(failed, full)).ended(failed, "load: "+full),
	).ended(failed, "load: "+full)
}

func parallel() *step {
	return at("run", 0, 61_000,
		at("east", 10, 40_000), at("west", 20, 61_000), at("north", 15, 30), at("south", 30_000, 60_000).ended(running, ""),
	).ended(canceled, "")
}

// batches is a run of an hour with the same two hundred steps, two of which went wrong.
func batches() *step {
	run := at("run", 0, 3_600_000)
	for i := range 200 {
		start := float64(i) * 18_000
		batch := at("batch", start, start+9_000, at("insert", start, start+8_000).counting(500, 500)).counting(500, 499)
		if i == 77 || i == 78 {
			batch.ended(failed, fmt.Sprintf("batch %d: timeout", i))
		}
		run.children = append(run.children, batch)
	}
	return run
}

// tables is a run of less than a millisecond with two hundred different steps.
func tables() *step {
	run := at("run", 0, 0.9)
	for i := range 200 {
		start := float64(i) * 0.0044
		table := at(fmt.Sprintf("table_%03d", i), start, start+0.001*float64(1+i%7))
		if i == 50 {
			table.ended(failed, "no such column")
		}
		run.children = append(run.children, table)
	}
	return run
}

// deep is a chain of a hundred steps, each in the one before.
func deep() *step {
	inner := at("level_100", 0, 10)
	for i := 99; i > 0; i-- {
		inner = at(fmt.Sprintf("level_%d", i), 0, 10, inner)
	}
	return inner
}

func hostile() *step {
	return at("run\x1b]0;owned\a", 0, 1,
		at("\x1b[31mred\r\nforged line", 0, 1).ended(failed, "\x1b[2Jcleared\u202e reversed\x00"),
		at("\u8868\u683c\u540d\u79f0\u8868\u683c\u540d\u79f0\u8868\u683c\u540d\u79f0\u8868\u683c\u540d\u79f0", 0, 1).counting(1, 1),
		at("not UTF-8 \xff", 0, 1), at("", 0, 0),
	)
}

var drawings = []struct {
	name  string
	run   *step
	style style
}{
	{"typical", typical(), plainStyle(80, 40)},
	{"typical_rich", typical(), richStyle(100, 40)},
	{"typical_wide", typical(), plainStyle(160, 40)},
	{"typical_narrow", typical(), plainStyle(50, 40)},
	{"typical_tiny", typical(), plainStyle(20, 40)},
	{"failing", failing(), plainStyle(80, 40)},
	{"failing_rich", failing(), richStyle(80, 40)},
	{"parallel", parallel(), plainStyle(80, 40)},
	{"batches", batches(), plainStyle(80, 40)},
	{"tables", tables(), plainStyle(80, 12)},
	{"tables_rich", tables(), richStyle(80, 12)},
	{"deep", deep(), plainStyle(80, 10)},
	{"hostile", hostile(), plainStyle(80, 40)},
	{"instant", at("run", 0, 0), plainStyle(80, 40)},
}

func TestWaterfall(t *testing.T) {
	for _, test := range drawings {
		t.Run(test.name, func(t *testing.T) {
			golden(t, test.name, waterfall(test.run, test.style))
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		t.Fatalf("%s is missing: run with -update and look at it", file)
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// TestFits draws every run at every width and height: no line is wider than asked, and no more steps are shown.
func TestFits(t *testing.T) {
	for _, test := range drawings {
		for _, rows := range []int{leastRows, 3, 5, 8, 13, 40} {
			if n := fold(test.run, rows).size(); n > rows {
				t.Errorf("%s folded for %d rows has %d", test.name, rows, n)
			}
			for width := leastWidth; width < 130; width += 3 {
				checkLines(t, test.name, waterfall(test.run, plainStyle(width, rows)), width)
			}
		}
	}
}

func checkLines(t *testing.T, name, drawing string, width int) {
	t.Helper()
	for _, line := range strings.Split(drawing, "\n") {
		if w := uniseg.StringWidth(line); w > width {
			t.Errorf("%s at width %d: %d columns in %q", name, width, w, line)
		}
	}
}

func TestPlainIsASCII(t *testing.T) {
	for _, run := range []*step{typical(), failing(), parallel(), batches(), tables()} {
		for _, r := range waterfall(run, plainStyle(80, 40)) {
			if r != '\n' && (r < ' ' || r > '~') {
				t.Errorf("%q in a plain drawing", r)
			}
		}
	}
}

// TestFoldLosesNoStep counts the steps behind the lines.
func TestFoldLosesNoStep(t *testing.T) {
	for _, rows := range []int{2, 5, 40} {
		shown := 0
		for _, g := range fold(tables(), rows).children {
			shown += len(g.steps)
		}
		if shown != 200 {
			t.Errorf("%d rows stand for %d steps of 200", rows, shown)
		}
	}
}

func TestDuration(t *testing.T) {
	tests := map[time.Duration]string{
		-5:                          "0 s",
		0:                           "0 s",
		850:                         "850 ns",
		12_345:                      "12.3 us",
		4_560_000:                   "4.56 ms",
		812 * time.Millisecond:      "812 ms",
		999_700 * time.Microsecond:  "1.00 s",
		2_310 * time.Millisecond:    "2.31 s",
		59_960 * time.Millisecond:   "1m00s",
		125 * time.Second:           "2m05s",
		3599_600 * time.Millisecond: "1h00m",
		123 * time.Minute:           "2h03m",
		1000 * time.Hour:            "1000h00m",
	}
	for d, want := range tests {
		if got := duration(d); got != want {
			t.Errorf("duration(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestTicksAreRound(t *testing.T) {
	tests := []struct {
		total time.Duration
		want  time.Duration
	}{
		{2310 * time.Millisecond, 500 * time.Millisecond}, {time.Millisecond, 200 * time.Microsecond},
		{90 * time.Second, 20 * time.Second}, {3 * time.Hour, time.Hour}, {100 * time.Hour, 32 * time.Hour}, {10, 1},
	}
	for _, test := range tests {
		if got := interval(test.total, 60); got != test.want {
			t.Errorf("interval(%v) = %v, want %v", test.total, got, test.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("\x1b[31mred\r\n", 10)
	f.Add("\u8868\u683c", 3)
	f.Fuzz(func(t *testing.T, text string, width int) {
		width = min(max(width, 0), 200)
		got := cut(clean(text), width, "...")
		if uniseg.StringWidth(got) > width || !utf8.ValidString(got) || strings.ContainsAny(got, "\x1b\r\n\a\x00") {
			t.Errorf("%q at width %d became %q", text, width, got)
		}
	})
}
