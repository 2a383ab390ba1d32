package console

import (
	"strings"
	"time"

	"github.com/rivo/uniseg"
)

// bar draws when a group's steps ran, in width cells that stand for total. Each step takes at least half a cell (a whole one
// in plain text), so that nothing which happened is invisible.
func bar(g *group, total time.Duration, width int, s style) string {
	halves := make([]bool, 2*width)
	for _, st := range g.steps {
		from, to := halfCells(st, total, len(halves))
		for i := from; i < to; i++ {
			halves[i] = true
		}
	}
	var b strings.Builder
	for i := 0; i < len(halves); i += 2 {
		b.WriteString(s.cell(halves[i], halves[i+1]))
	}
	return b.String()
}

// halfCells is the range of half cells in which a step ran: never empty, never outside.
func halfCells(st *step, total time.Duration, n int) (from, to int) {
	if n == 0 {
		return 0, 0
	}
	if total <= 0 {
		return 0, n
	}
	scale := float64(n) / float64(total)
	from = min(max(int(float64(st.start)*scale), 0), n-1)
	to = min(int(float64(st.end)*scale+0.999), n)
	return from, max(to, from+1)
}

// ticks is the time axis over the bars: a mark and its time at round intervals, as many as are legible.
func ticks(total time.Duration, width int, s style) string {
	line := s.tick + "0"
	if total <= 0 {
		return cut(left(line, width), width, "")
	}
	every := interval(total, width)
	used := 2
	for t := every; t < total; t += every {
		at := int(float64(t) / float64(total) * float64(width))
		label := s.units(tickLabel(t))
		if at+1+uniseg.StringWidth(label) > width {
			break
		}
		line += blank(at-used) + s.tick + label
		used = at + 1 + uniseg.StringWidth(label)
	}
	return line + blank(width-used)
}

// legible is the least distance of two ticks in cells: mark, the longest label and air.
const legible = 11

// interval is the smallest round time that keeps ticks legible.
func interval(total time.Duration, width int) time.Duration {
	atLeast := time.Duration(float64(total) / max(float64(width), 1) * legible)
	for unit := time.Duration(1); unit <= 10*time.Second; unit *= 10 {
		for _, n := range []time.Duration{1, 2, 5} {
			if n*unit >= atLeast && n*unit <= 20*time.Second {
				return n * unit
			}
		}
	}
	for _, t := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute} {
		if t >= atLeast {
			return t
		}
	}
	hours := time.Hour
	for hours < atLeast {
		hours *= 2
	}
	return hours
}

// tickLabel writes a round time without the zeros that duration would add.
func tickLabel(t time.Duration) string {
	label := duration(t)
	number, unit, found := strings.Cut(label, " ")
	if found && strings.Contains(number, ".") {
		return strings.TrimRight(strings.TrimRight(number, "0"), ".") + " " + unit
	}
	return strings.TrimSuffix(strings.TrimSuffix(label, "00s"), "00m")
}
