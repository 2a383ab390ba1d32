package otelbridge

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// misbehaved is a route that panics where it is told to.
type misbehaved struct {
	spans
	at string
}

func (m *misbehaved) OnStart(ctx context.Context, s sdktrace.ReadWriteSpan) {
	m.spans.OnStart(ctx, s)
	m.panicAt("start")
}

func (m *misbehaved) OnEnd(s sdktrace.ReadOnlySpan) {
	m.spans.OnEnd(s)
	m.panicAt("end")
}

func (m *misbehaved) ForceFlush(context.Context) error { m.panicAt("flush"); return nil }

func (m *misbehaved) Shutdown(ctx context.Context) error {
	_ = m.spans.Shutdown(ctx)
	m.panicAt("shutdown")
	return nil
}

func (m *misbehaved) panicAt(place string) {
	if m.at == place {
		panic("the route is broken")
	}
}

type reports struct {
	mu   sync.Mutex
	errs []string
}

func (r *reports) add(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errs = append(r.errs, err.Error())
}

func TestAPanickingRouteEndsAlone(t *testing.T) {
	for _, at := range []string{"start", "end", "flush", "shutdown"} {
		t.Run(at, func(t *testing.T) {
			clean(t)
			bad, good, told := &misbehaved{at: at}, &spans{}, &reports{}
			b, err := Start(t.Context(), App{Name: "tool", OnError: told.add},
				func(Setup) (Outlet, error) { return Outlet{Name: "bad", Processor: bad}, nil }, good.route)
			if err != nil {
				t.Fatal(err)
			}
			for range 3 {
				if err := b.Pipeline(t.Context(), "chess", fails(nil)); err != nil {
					t.Errorf("the host's error: %v", err)
				}
			}
			_ = b.sdk.ForceFlush(t.Context())
			_ = b.Shutdown(t.Context())
			if len(good.ended) != 3 || good.closed != 1 || bad.closed != 1 {
				t.Errorf("the other route got %d spans, closed %d and %d times", len(good.ended), good.closed, bad.closed)
			}
			if len(told.errs) != 1 || !strings.Contains(told.errs[0], "route bad panicked and was ended: string in github.com/otelbridge/otelbridge-go/otelbridge.(*misbehaved).panicAt") {
				t.Errorf("reported: %q", told.errs)
			}
			if wantSpans := map[string]int{"start": 0, "end": 1}; at == "start" || at == "end" {
				if len(bad.ended) != wantSpans[at] {
					t.Errorf("the bad route was told of %d ends after its panic", len(bad.ended))
				}
			}
		})
	}
}

// TestThePanicOfARouteIsTold: the runtime's own in its words, others not, which
// may quote what a span holds.
func TestThePanicOfARouteIsTold(t *testing.T) {
	for value, want := range map[any]string{
		"at postgres://etl:hunter2@db":  "string in ",
		errors.New("at redis://:pw@db"): "*errors.errorString in ",
		7:                               "int in ",
	} {
		if got := panicOf(func() { panic(value) }); !strings.HasPrefix(got, want) || !strings.Contains(got, "TestThePanicOfARouteIsTold") || strings.Contains(got, "://") {
			t.Errorf("%v: %s", value, got)
		}
	}
	var none []int
	if got := panicOf(func() { none[3]++ }); got != "runtime error: index out of range [3] with length 0" {
		t.Error(got)
	}
}

func panicOf(do func()) (text string) {
	defer func() { text = panicText(recover()) }()
	do()
	return ""
}

// TestAPanickingRouteDoesNotEatTheHostsPanic: the guard's recover runs while
// the host's own panic passes through, and must not take it.
func TestAPanickingRouteDoesNotEatTheHostsPanic(t *testing.T) {
	clean(t)
	bad := &misbehaved{at: "end"}
	b, err := Start(t.Context(), App{Name: "tool"}, func(Setup) (Outlet, error) { return Outlet{Name: "bad", Processor: bad}, nil })
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Shutdown(context.Background()) }()
	defer func() {
		if r := recover(); r != "the host's own" {
			t.Errorf("recovered %v", r)
		}
	}()
	_ = b.Pipeline(t.Context(), "chess", func(context.Context) error { panic("the host's own") })
}

// slow takes its time to end, or until the deadline.
type slow struct {
	spans
	takes time.Duration
}

func (s *slow) Shutdown(ctx context.Context) error {
	select {
	case <-time.After(s.takes):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func TestRoutesEndSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fanout{}
		for range 3 {
			f.routes = append(f.routes, &guard{name: "slow", next: &slow{takes: 100 * time.Millisecond}, report: func(error) {}})
		}
		begin := time.Now()
		if err := f.Shutdown(t.Context()); err != nil || time.Since(begin) != 100*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
	})
}

func TestRoutesEndUnderOneDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fanout{}
		for _, takes := range []time.Duration{time.Hour, time.Millisecond, time.Hour} {
			f.routes = append(f.routes, &guard{name: "slow", next: &slow{takes: takes}, report: func(error) {}})
		}
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		begin := time.Now()
		if err := f.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != 200*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
	})
}

func TestNothingAfterShutdown(t *testing.T) {
	clean(t)
	s := &spans{}
	b, err := Start(t.Context(), App{Name: "tool"}, s.route)
	if err != nil {
		t.Fatal(err)
	}
	tracer := b.TracerProvider().Tracer("kept")
	_ = b.Shutdown(t.Context())
	_ = b.Shutdown(t.Context())
	_, span := tracer.Start(t.Context(), "late")
	span.End()
	if len(s.started) != 0 || len(s.ended) != 0 || s.closed != 1 {
		t.Errorf("started %v, ended %d, closed %d", s.started, len(s.ended), s.closed)
	}
}

// stuck never ends, whatever it is told.
type stuck struct {
	spans
	release chan struct{}
}

func (s *stuck) Shutdown(context.Context) error { <-s.release; return nil }

// TestARouteThatDoesNotObeyIsLeftBehind: the deadline holds for routes that do
// not look at it, and the error names them.
func TestARouteThatDoesNotObeyIsLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bad, good := &stuck{release: make(chan struct{})}, &spans{}
		f := &fanout{routes: []*guard{{name: "bad", next: bad, report: func(error) {}}, {name: "good", next: good, report: func(error) {}}}}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begin := time.Now()
		err := f.Shutdown(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "route bad: did not end in time") || time.Since(begin) != time.Second {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
		if good.closed != 1 {
			t.Error("the other route was not ended")
		}
		close(bad.release)
	})
}

// dated notes what Shutdown is called with, and on how many goroutines.
type dated struct {
	spans
	deadline   bool
	goroutines int
}

func (d *dated) Shutdown(ctx context.Context) error {
	_, d.deadline = ctx.Deadline()
	d.goroutines = runtime.NumGoroutine()
	return errors.New("of the route")
}

// TestPromptRoutesEndInPlace: no goroutine and no timer for those that promise
// not to need them, and the others have theirs as ever.
func TestPromptRoutesEndInPlace(t *testing.T) {
	quick := []*dated{{}, {}}
	f := &fanout{}
	for _, d := range quick {
		f.routes = append(f.routes, &guard{name: "quick", next: d, prompt: true, report: func(error) {}})
	}
	before := runtime.NumGoroutine()
	err := f.Shutdown(t.Context())
	for _, d := range quick {
		if d.deadline || d.goroutines != before {
			t.Errorf("deadline %v, %d goroutines where %d were", d.deadline, d.goroutines, before)
		}
	}
	if n := strings.Count(fmt.Sprint(err), "route quick: of the route"); n != len(quick) {
		t.Errorf("the error is %v", err)
	}

	prompt, other := &dated{}, &dated{}
	f = &fanout{routes: []*guard{
		{name: "other", next: other, report: func(error) {}},
		{name: "quick", next: prompt, prompt: true, report: func(error) {}},
	}}
	if err := f.Shutdown(t.Context()); !other.deadline || other.goroutines == 0 || prompt.goroutines == 0 {
		t.Errorf("%v: other %v, prompt %v", err, other, prompt)
	}
}

// TestOnlyLateRoutesAreNamed: one that has ended is not late because a prompt one
// took all the time there was.
func TestOnlyLateRoutesAreNamed(t *testing.T) {
	for range 50 {
		synctest.Test(t, func(t *testing.T) {
			late := &stuck{release: make(chan struct{})}
			f := &fanout{routes: []*guard{
				{name: "late", next: late, report: func(error) {}},
				{name: "done", next: &spans{}, report: func(error) {}},
				{name: "prompt", next: &dawdling{}, prompt: true, report: func(error) {}},
			}}
			err := f.Shutdown(t.Context())
			if text := fmt.Sprint(err); !strings.Contains(text, "route late: did not end in time") || strings.Contains(text, "done") {
				t.Errorf("the error is %v", err)
			}
			close(late.release)
		})
	}
}

// dawdling promises to be prompt and is not.
type dawdling struct{ spans }

func (d *dawdling) Shutdown(context.Context) error { time.Sleep(2 * spoolTime); return nil }

func TestFanoutIsClosedByShutdown(t *testing.T) {
	s := &spans{}
	f := &fanout{routes: []*guard{{name: "spans", next: s, report: func(error) {}}}}
	_ = f.Shutdown(t.Context())
	f.OnEnd(nil)
	f.OnStart(t.Context(), nil)
	if len(s.ended) != 0 || len(s.started) != 0 {
		t.Error("a closed fan-out told a route")
	}
}
