package otelbridge

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// fanout hands each span to every route. It is the last place that sees raw
// spans. Routes that may have to be waited for flush and end side by side under
// one deadline, where the SDK would let each wait for the one before it.
type fanout struct {
	routes []*guard
	closed atomic.Bool
}

var _ sdktrace.SpanProcessor = (*fanout)(nil)

// OnStart tells the routes.
func (f *fanout) OnStart(ctx context.Context, s sdktrace.ReadWriteSpan) {
	if f.closed.Load() {
		return
	}
	for _, r := range f.routes {
		r.OnStart(ctx, s)
	}
}

// OnEnd tells the routes. After Shutdown it does nothing: a tracer that the
// host kept goes on making spans.
func (f *fanout) OnEnd(s sdktrace.ReadOnlySpan) {
	if f.closed.Load() {
		return
	}
	for _, r := range f.routes {
		r.OnEnd(s)
	}
}

// ForceFlush brings what the routes hold to their spools.
func (f *fanout) ForceFlush(ctx context.Context) error {
	return f.each(ctx, func(r *guard) error { return r.ForceFlush(ctx) })
}

// Shutdown ends the routes. Those that are not prompt get spoolTime, or as long
// as ctx lasts.
func (f *fanout) Shutdown(ctx context.Context) error {
	if f.closed.Swap(true) {
		return nil
	}
	if len(f.slow()) > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, spoolTime)
		defer cancel()
	}
	return f.each(ctx, func(r *guard) error { return r.Shutdown(ctx) })
}

// each does something with all routes: with those that are not prompt on a
// goroutine each.
func (f *fanout) each(ctx context.Context, do func(*guard) error) error {
	slow := f.slow()
	ended := make(chan result, len(slow))
	for i, r := range slow {
		go func() { ended <- result{i, do(r)} }()
	}
	var errs []error
	for _, r := range f.routes {
		if r.prompt {
			errs = append(errs, do(r))
		}
	}
	return errors.Join(append(errs, collect(ctx, slow, ended)...)...)
}

// slow are the routes that are not prompt.
func (f *fanout) slow() []*guard {
	var slow []*guard
	for _, r := range f.routes {
		if !r.prompt {
			slow = append(slow, r)
		}
	}
	return slow
}

// result is how a route ended.
type result struct {
	route int
	err   error
}

// collect waits for routes, or until ctx ends: one that does not obey ctx is left
// behind and named. It uses up the slice.
func collect(ctx context.Context, late []*guard, ended <-chan result) []error {
	var errs []error
	for range late {
		r, ok := next(ctx, ended)
		if !ok {
			break
		}
		late[r.route] = nil
		errs = append(errs, r.err)
	}
	for _, r := range late {
		if r != nil {
			errs = append(errs, r.wrap(fmt.Errorf("did not end in time: %w", ctx.Err())))
		}
	}
	return errs
}

// next waits for a route, but not for one that has ended already.
func next(ctx context.Context, ended <-chan result) (r result, ok bool) {
	select {
	case r = <-ended:
		return r, true
	default:
	}
	select {
	case r = <-ended:
		return r, true
	case <-ctx.Done():
		return r, false
	}
}

// guard keeps a panic inside a route from the host and from other routes: the
// route that panicked is told nothing more.
type guard struct {
	name   string
	next   sdktrace.SpanProcessor
	prompt bool
	report func(error)
	dead   atomic.Bool
}

var _ sdktrace.SpanProcessor = (*guard)(nil)

func (g *guard) OnStart(ctx context.Context, s sdktrace.ReadWriteSpan) {
	if g.dead.Load() {
		return
	}
	defer g.caught()
	g.next.OnStart(ctx, s)
}

func (g *guard) OnEnd(s sdktrace.ReadOnlySpan) {
	if g.dead.Load() {
		return
	}
	defer g.caught()
	g.next.OnEnd(s)
}

func (g *guard) ForceFlush(ctx context.Context) error {
	if g.dead.Load() {
		return nil
	}
	defer g.caught()
	return g.wrap(g.next.ForceFlush(ctx))
}

// Shutdown is passed on to a route that panicked as well: it may have a
// goroutine to end.
func (g *guard) Shutdown(ctx context.Context) error {
	defer g.caught()
	return g.wrap(g.next.Shutdown(ctx))
}

func (g *guard) caught() {
	if r := recover(); r != nil {
		g.dead.Store(true)
		g.report(fmt.Errorf("otelbridge: route %s panicked and was ended: %s", g.name, panicText(r)))
	}
}

// panicText is what App.OnError is told of a panic that was just recovered. The
// runtime's own texts tell no secrets. Of others, which may quote what a span
// holds, it is the type and the function that panicked: masking them would link
// the rules into hosts that need none, 230 KB.
func panicText(v any) string {
	if err, ok := v.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T in %s", v, panicFunction())
}

func (g *guard) wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("otelbridge: route %s: %w", g.name, err)
}
