package console

import (
	"cmp"
	"fmt"
	"slices"
)

// fold makes a run fit into rows lines, of which it needs two at least, giving up as little as it can: first siblings of one name share a line, then each
// parent shows only its most telling children, then the deepest levels go.
func fold(run *step, rows int) *group {
	if g := single(run); g.size() <= rows {
		return g
	}
	g := merge(run.name, []*step{run})
	for width := rows; width >= fewestChildren; width-- {
		if t := g.trimmed(width, rows); t.size() <= rows {
			return t
		}
	}
	for depth := g.depth() - 1; depth > 1; depth-- {
		if t := g.trimmed(fewestChildren, depth); t.size() <= rows {
			return t
		}
	}
	return g.trimmed(max(rows-1, 1), 1)
}

// fewestChildren is how many lines a parent keeps before whole levels are left out instead.
const fewestChildren = 4

// merge makes one group of steps of the same name and, below it, one group for each name among their children.
func merge(name string, steps []*step) *group {
	g := &group{name: name, steps: steps}
	names, byName := []string{}, map[string][]*step{}
	for _, s := range steps {
		for _, c := range inOrder(s.children) {
			if byName[c.name] == nil {
				names = append(names, c.name)
			}
			byName[c.name] = append(byName[c.name], c)
		}
	}
	for _, n := range names {
		g.children = append(g.children, merge(n, byName[n]))
	}
	return g
}

// depth is the number of levels, the group's own included.
func (g *group) depth() int {
	deepest := 0
	for _, c := range g.children {
		deepest = max(deepest, c.depth())
	}
	return deepest + 1
}

// trimmed is the group with at most width lines directly below each parent and at most depth levels below itself.
func (g *group) trimmed(width, depth int) *group {
	t := &group{name: g.name, steps: g.steps, others: g.others}
	if depth == 0 {
		t.hidden = g.below()
		return t
	}
	for _, c := range g.keep(width) {
		t.children = append(t.children, c.trimmed(width, depth-1))
	}
	return t
}

// below is the number of steps under the group's own.
func (g *group) below() int {
	n := 0
	for _, c := range g.children {
		n += len(c.steps) + c.below()
	}
	return n
}

// keep returns the children in their order when there are at most width of them, else the most telling ones and, last, one
// group for the others.
func (g *group) keep(width int) []*group {
	if len(g.children) <= width {
		return g.children
	}
	ranked := slices.Clone(g.children)
	slices.SortStableFunc(ranked, moreTelling)
	kept := map[*group]bool{}
	for _, c := range ranked[:width-1] {
		kept[c] = true
	}
	shown, others := []*group{}, &group{others: true}
	for _, c := range g.children {
		if kept[c] {
			shown = append(shown, c)
			continue
		}
		others.steps = append(others.steps, c.steps...)
	}
	others.name = fmt.Sprintf("(%s more)", grouped(int64(len(others.steps))))
	return append(shown, others)
}

// moreTelling puts what went wrong before what took long.
func moreTelling(a, b *group) int {
	worstA, _ := a.outcome()
	worstB, _ := b.outcome()
	return cmp.Or(cmp.Compare(worstB, worstA), cmp.Compare(b.elapsed(), a.elapsed()))
}
