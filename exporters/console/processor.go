package console

import (
	"context"
	"io"
	"sync"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// What is kept of runs that have not ended. Beyond these bounds steps are counted and not shown, and the oldest run goes.
const (
	maxSteps = 20_000
	maxRuns  = 64
	maxAge   = 24 * time.Hour
)

// processor gathers the steps of each run and draws the run when its local root ends. It holds a few words a step, never a
// span. Safe for concurrent use.
type processor struct {
	draw func(run *step, left int) // one run at a time

	mu    sync.Mutex
	runs  []*run // that have not ended, oldest first
	steps map[spanKey]*open
	ended bool
}

// spanKey identifies a span in this process.
type spanKey struct {
	trace trace.TraceID
	span  trace.SpanID
}

// open is a step of a run that has not ended; the step itself may have.
type open struct {
	step *step
	run  *run
}

// run is a local root with what happened below it.
type run struct {
	root  *step
	start time.Time
	keys  []spanKey
	left  int // steps beyond maxSteps
}

var _ sdktrace.SpanProcessor = (*processor)(nil)

func newProcessor(w io.Writer, draw func(*step) string) *processor {
	var mu sync.Mutex // runs may end at the same time: their drawings must not mix
	return &processor{
		steps: map[spanKey]*open{},
		draw: func(run *step, left int) {
			text := draw(run) + remark(left)
			mu.Lock()
			defer mu.Unlock()
			// A terminal that is gone is no reason to trouble the host.
			_, _ = io.WriteString(w, text)
		},
	}
}

// remark tells about steps that are missing in a drawing.
func remark(left int) string {
	if left == 0 {
		return ""
	}
	return "(" + grouped(int64(left)) + " more steps, not recorded)\n"
}

func keyOf(c trace.SpanContext) spanKey { return spanKey{c.TraceID(), c.SpanID()} }

// OnStart notes a step below the step that started it. Without a parent in this process it begins a run.
func (p *processor) OnStart(_ context.Context, s sdktrace.ReadWriteSpan) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return
	}
	parent := s.Parent()
	if !parent.IsValid() || parent.IsRemote() {
		p.begin(s)
		return
	}
	if above := p.parent(parent); above != nil {
		p.add(above, s)
	}
}

// parent finds the step that started a span. A parent beyond the bounds is stood in for by the trace's newest root.
func (p *processor) parent(parent trace.SpanContext) *open {
	if above := p.steps[keyOf(parent)]; above != nil {
		return above
	}
	for i := len(p.runs) - 1; i >= 0; i-- {
		if root := p.runs[i].keys[0]; root.trace == parent.TraceID() {
			return p.steps[root]
		}
	}
	return nil
}

func (p *processor) begin(s sdktrace.ReadOnlySpan) {
	p.forgetOld(s.StartTime())
	r := &run{root: &step{name: s.Name(), outcome: running}, start: s.StartTime()}
	p.runs = append(p.runs, r)
	p.keep(r, r.root, s)
}

func (p *processor) add(above *open, s sdktrace.ReadOnlySpan) {
	r := above.run
	if len(r.keys) >= maxSteps {
		r.left++
		return
	}
	child := &step{name: s.Name(), start: s.StartTime().Sub(r.start), outcome: running}
	above.step.children = append(above.step.children, child)
	p.keep(r, child, s)
}

func (p *processor) keep(r *run, st *step, s sdktrace.ReadOnlySpan) {
	key := keyOf(s.SpanContext())
	r.keys = append(r.keys, key)
	p.steps[key] = &open{step: st, run: r}
}

// forgetOld makes room for a new run: roots that never end must not be kept for ever.
func (p *processor) forgetOld(now time.Time) {
	for len(p.runs) > 0 && (len(p.runs) >= maxRuns || now.Sub(p.runs[0].start) > maxAge) {
		p.forget(p.runs[0])
	}
}

func (p *processor) forget(r *run) {
	for _, key := range r.keys {
		delete(p.steps, key)
	}
	for i := range p.runs {
		if p.runs[i] == r {
			p.runs = append(p.runs[:i:i], p.runs[i+1:]...)
			return
		}
	}
}

// OnEnd completes a step. The end of a run's root draws the run.
func (p *processor) OnEnd(s sdktrace.ReadOnlySpan) {
	done, left := p.end(s)
	if done != nil {
		p.draw(done, left)
	}
}

// end returns the run that ended with s, nil for a step within one.
func (p *processor) end(s sdktrace.ReadOnlySpan) (done *step, left int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	o := p.steps[keyOf(s.SpanContext())]
	if o == nil {
		return nil, 0
	}
	complete(o.step, s, o.run.start)
	if o.step != o.run.root {
		return nil, 0
	}
	p.forget(o.run)
	closeAt(o.step, o.step.end)
	return o.step, o.run.left
}

// closeAt lets steps that were still running end with their run. Nobody else changes a run's steps once it is forgotten.
func closeAt(st *step, end time.Duration) {
	if st.outcome == running {
		st.end = max(end, st.start)
	}
	for _, c := range st.children {
		closeAt(c, end)
	}
}

// Shutdown forgets what has not ended. Nothing is drawn afterwards.
func (p *processor) Shutdown(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended, p.runs = true, nil
	clear(p.steps)
	return nil
}

// ForceFlush has nothing to do: a run is drawn when it ends.
func (p *processor) ForceFlush(context.Context) error { return nil }
