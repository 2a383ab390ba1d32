package console

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// outcome is how a step ended. Ordered by what matters more to the reader: a group of steps shows its worst.
type outcome int

const (
	ok      outcome = iota
	running         // had not ended when its run did
	canceled
	failed
)

func (o outcome) String() string {
	return [...]string{"ok", "running", "canceled", "failed"}[o]
}

// count is one integer attribute of a step.
type count struct {
	key string
	n   int64
}

// step is a finished span as the waterfall needs it. Times count from the start of its run.
type step struct {
	name       string
	start, end time.Duration
	outcome    outcome
	message    string // of its error
	counts     []count
	children   []*step
}

// group is what one line shows: a single step, or several that were folded into one line.
type group struct {
	name     string
	steps    []*step
	children []*group
	others   bool // the name says how many steps there are
	hidden   int  // steps below that no line shows
}

// single turns a tree of steps into a tree of groups of one, siblings in the order in which they started.
func single(s *step) *group {
	g := &group{name: s.name, steps: []*step{s}}
	for _, c := range inOrder(s.children) {
		g.children = append(g.children, single(c))
	}
	return g
}

func inOrder(steps []*step) []*step {
	sorted := slices.Clone(steps)
	slices.SortStableFunc(sorted, func(a, b *step) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end))
	})
	return sorted
}

// size is the number of lines the group takes with everything below it.
func (g *group) size() int {
	n := 1
	for _, c := range g.children {
		n += c.size()
	}
	return n
}

// elapsed is the time spent in the group: the sum over its steps, which may be more than went by when they ran in parallel.
func (g *group) elapsed() time.Duration {
	var sum time.Duration
	for _, s := range g.steps {
		sum += s.end - s.start
	}
	return sum
}

// outcome is the worst outcome in the group, and how many of its steps had it.
func (g *group) outcome() (worst outcome, n int) {
	for _, s := range g.steps {
		switch {
		case s.outcome > worst:
			worst, n = s.outcome, 1
		case s.outcome == worst:
			n++
		}
	}
	return worst, n
}

// message is the first error message in the group.
func (g *group) message() string {
	for _, s := range g.steps {
		if s.message != "" {
			return s.message
		}
	}
	return ""
}

// counts sums the group's counts by key, in the order in which the keys appear.
func (g *group) counts() []count {
	var sums []count
	for _, s := range g.steps {
		for _, c := range s.counts {
			sums = add(sums, c)
		}
	}
	return sums
}

func add(sums []count, c count) []count {
	for i := range sums {
		if sums[i].key == c.key {
			sums[i].n += c.n
			return sums
		}
	}
	return append(sums, c)
}

// ownMessage is the group's message unless a step below already says it: an error returned through every level would
// otherwise stand there once a level.
func (g *group) ownMessage() string {
	own := g.message()
	for _, c := range g.children {
		if below := c.deepMessage(); below != "" && strings.Contains(own, below[:min(len(below), tellsApart)]) {
			return ""
		}
	}
	return own
}

// tellsApart is how much of a message is compared: its end may have been cut off.
const tellsApart = 100

func (g *group) deepMessage() string {
	for _, c := range g.children {
		if m := c.deepMessage(); m != "" {
			return m
		}
	}
	return g.message()
}
