package console

import (
	"strings"
	"time"
)

// header is the line over the steps: the time axis and the columns' names.
func (t table) header(total time.Duration, s style) string {
	cells := []string{blank(t.name)}
	if t.bar > 0 {
		cells = append(cells, ticks(total, t.bar, s))
	}
	cells = append(cells, right("time", t.time), blank(t.ended))
	for _, c := range t.counts {
		cells = append(cells, right(c.heading, c.width))
	}
	return s.paint(dim, joined(cells)) + "\n"
}

// line is one step, followed by a line with its error when it has one.
func (t table) line(r row, total time.Duration, s style) string {
	name := r.label(t, s)
	if r.depth == 0 {
		name = s.paint(bold, name)
	}
	cells := []string{name}
	if t.bar > 0 {
		cells = append(cells, r.bar(total, t.bar, s))
	}
	cells = append(cells, right(r.time, t.time), s.paint(r.outcome.word(), r.ended)+blank(t.ended-len(r.ended)))
	for _, c := range t.counts {
		cells = append(cells, right(r.counts[c.key], c.width))
	}
	return joined(cells) + "\n" + t.reason(r, s)
}

func (t table) reason(r row, s style) string {
	if r.message == "" {
		return ""
	}
	start := blank(t.indent*r.depth + indent)
	return start + s.paint(r.outcome.word(), cut(r.message, s.width-len(start), s.more)) + "\n"
}

func joined(cells []string) string {
	return strings.TrimRight(strings.Join(cells, blank(gap)), " ")
}
