package main

import (
	"context"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/otelbridge/otelbridge-go/examples/pipeline/history"
)

// patience is how long a step may take before it shows how far it is.
const patience = 500 * time.Millisecond

// bars draws progress on a terminal, and nothing elsewhere.
type bars struct {
	to   *os.File
	show bool
}

func newBars(to *os.File) bars { return bars{to: to, show: term.IsTerminal(int(to.Fd()))} }

// start begins a step. The total is asked for only when the step turns out to be long; done takes the bar away.
func (b bars) start(ctx context.Context, step string, total func(context.Context) (int, error)) (progress history.Progress, done func()) {
	if !b.show {
		return func(int) {}, func() {}
	}
	m := &meter{bars: b, step: step, total: total, since: time.Now()}
	return func(commits int) { m.add(ctx, commits) }, m.finish
}

// meter is the progress of one step. Used by one goroutine.
type meter struct {
	bars  bars
	step  string
	total func(context.Context) (int, error)
	since time.Time
	done  int
	bar   *progressbar.ProgressBar
}

func (m *meter) add(ctx context.Context, commits int) {
	m.done += commits
	if m.bar == nil {
		if time.Since(m.since) < patience {
			return
		}
		m.bar = m.bars.draw(m.step, m.count(ctx))
	}
	_ = m.bar.Set(m.done) // what is drawn is not worth an error
}

// count is the total, or -1 when it cannot be had: then there is a spinner in place of a bar.
func (m *meter) count(ctx context.Context) int {
	n, err := m.total(ctx)
	if err != nil || n < m.done {
		return -1
	}
	return n
}

func (m *meter) finish() {
	if m.bar != nil {
		_ = m.bar.Clear()
	}
}

func (b bars) draw(step string, total int) *progressbar.ProgressBar {
	return progressbar.NewOptions(total,
		progressbar.OptionSetWriter(b.to),
		progressbar.OptionSetDescription(step),
		progressbar.OptionSetWidth(30),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionShowCount(),
		progressbar.OptionShowIts(),
		progressbar.OptionSetItsString("commits"),
		progressbar.OptionSetRenderBlankState(true),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetTheme(progressbar.ThemeASCII),
	)
}
