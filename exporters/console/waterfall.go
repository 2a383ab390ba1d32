package console

import (
	"strings"
	"time"

	"github.com/rivo/uniseg"
)

// row is one line of a waterfall, its texts ready to be aligned.
type row struct {
	depth   int
	name    string
	note    string // how many steps the line stands for; never cut
	group   *group
	time    string
	outcome outcome
	ended   string // outcome in words
	counts  map[string]string
	message string
}

// waterfall draws a run: a time axis, then a line for each step with its bar on that axis, its time, its outcome and its
// counts. Lines end in a newline and are at most s.width wide.
func waterfall(run *step, s style) string {
	rows := s.lines(nil, fold(run, s.rows), 0)
	t := layout(rows, s)
	var b strings.Builder
	b.WriteString(t.header(run.end, s))
	for _, r := range rows {
		b.WriteString(t.line(r, run.end, s))
	}
	return b.String()
}

// lines flattens a tree, parents before their children.
func (s style) lines(rows []row, g *group, depth int) []row {
	worst, n := g.outcome()
	r := row{depth: depth, name: g.title(), note: g.note(), group: g, time: s.units(duration(g.elapsed())), outcome: worst,
		ended: worst.String(), counts: map[string]string{}, message: clean(g.ownMessage())}
	if many := len(g.steps); worst != ok && n < many {
		r.ended = grouped(int64(n)) + " " + r.ended
	}
	for _, c := range g.counts() {
		r.counts[c.key] = grouped(c.n)
	}
	rows = append(rows, r)
	for _, c := range g.children {
		rows = s.lines(rows, c, depth+1)
	}
	return rows
}

func (g *group) title() string {
	if title := clean(g.name); title != "" {
		return title
	}
	return "(unnamed)"
}

// note is how many steps share the line, and how many below it have none.
func (g *group) note() string {
	note := ""
	if many := len(g.steps); many > 1 && !g.others {
		note += " x" + grouped(int64(many))
	}
	if g.hidden > 0 {
		note += " (+" + grouped(int64(g.hidden)) + ")"
	}
	return note
}

// label is the name, indented and cut to the table's width, with the note where there is room for both.
func (r row) label(t table, s style) string {
	in := t.indent * r.depth
	room := t.name - in - len(r.note)
	if room < fewLetters {
		return left(blank(in)+cut(r.name, t.name-in, s.more), t.name)
	}
	return left(blank(in)+cut(r.name, room, s.more)+r.note, t.name)
}

// title is how wide name and note are.
func (r row) title() int { return uniseg.StringWidth(r.name) + len(r.note) }

func (r row) bar(total time.Duration, width int, s style) string {
	return s.paint(r.outcome.line(), bar(r.group, total, width, s))
}

// indent is how far a step stands to the right of its parent, gap what separates two columns.
const (
	indent = 2
	gap    = 2
)

// column is one count: its key, the heading that is left of it when no other column needs more, and its width.
type column struct {
	key, heading string
	width        int
}

// table holds the widths of a waterfall's columns. A width of 0 leaves the column out.
type table struct {
	name, bar, time, ended int
	indent                 int
	counts                 []column
}

// The bar is what the eye reads, so it takes what the others leave. Where little is left, counts go first, from the right,
// then the bar; names are cut before either.
const (
	narrowBar  = 16
	leastBar   = 8
	leastName  = 12
	fewLetters = 3
)

func layout(rows []row, s style) table {
	t := table{name: leastName / 2, time: len("time")}
	for _, r := range rows {
		t.name = max(t.name, indent*r.depth+r.title())
		t.time = max(t.time, uniseg.StringWidth(r.time))
		t.ended = max(t.ended, len(r.ended))
	}
	t.counts = columns(rows)
	t.name = min(t.name, max(s.width/3, leastName))
	for t.room(s) < narrowBar && len(t.counts) > 0 {
		t.counts = t.counts[:len(t.counts)-1]
	}
	if t.bar = t.room(s); t.bar < leastBar {
		t.bar = 0
		t.name = min(t.name, max(s.width-t.time-t.ended-2*gap, 1))
	}
	t.indent = indentation(rows, t.name)
	return t
}

// indentation shrinks where it would take a deep step's name away.
func indentation(rows []row, width int) int {
	in := indent
	for _, r := range rows {
		if r.depth > 0 {
			in = min(in, max(width-min(r.title(), leastName), 0)/r.depth)
		}
	}
	return in
}

// room is what is left for the bar, the gap before it taken off.
func (t table) room(s style) int {
	used := t.name + gap + gap + t.time + gap + t.ended
	for _, c := range t.counts {
		used += gap + c.width
	}
	return s.width - used
}

// columns lists the counts that appear, in the order in which they do.
func columns(rows []row) []column {
	var cols []column
	seen := map[string]int{}
	for _, r := range rows {
		for _, c := range r.group.counts() {
			at, found := seen[c.key]
			if !found {
				at = len(cols)
				seen[c.key] = at
				cols = append(cols, column{key: c.key})
			}
			cols[at].width = max(cols[at].width, len(r.counts[c.key]))
		}
	}
	return headed(cols)
}

// headed names each column by the last part of its key, or by the whole key where two would read the same.
func headed(cols []column) []column {
	short := map[string]int{}
	for _, c := range cols {
		short[lastPart(c.key)]++
	}
	for i, c := range cols {
		cols[i].heading = clean(c.key)
		if part := lastPart(c.key); short[part] == 1 {
			cols[i].heading = clean(part)
		}
		cols[i].width = max(c.width, uniseg.StringWidth(cols[i].heading))
	}
	return cols
}

func lastPart(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }
