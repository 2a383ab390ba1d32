package otlp

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// end makes a span and ends it.
func end(p *sdktrace.TracerProvider, name string) {
	_, span := p.Tracer("").Start(context.Background(), name)
	span.End()
}

func TestBatchTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := new(recorder)
		p := provider(t, setup(t, r, r.report))
		start := time.Now()
		for range 3 {
			end(p, "load")
		}
		for len(r.taken()) == 0 {
			time.Sleep(time.Millisecond)
			synctest.Wait()
		}
		if waited := time.Since(start); waited > 200*time.Millisecond {
			t.Errorf("spooled after %v, want 200ms at most", waited)
		}
		if got := len(r.spans(t)); got != 3 {
			t.Errorf("%d spans in the first batch, want 3", got)
		}
		if err := p.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// A route without spans has no goroutine, and none begins after its end. The
// bubble would not end with one left.
func TestNothingBeginsWithoutSpans(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := new(recorder)
		outlet, err := Route(setup(t, r, r.report))
		if err != nil {
			t.Fatal(err)
		}
		p := outlet.Processor
		p.OnStart(t.Context(), nil)
		if err := errors.Join(p.ForceFlush(t.Context()), p.Shutdown(t.Context()), p.Shutdown(t.Context())); err != nil {
			t.Error(err)
		}
		late := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(p))
		end(late, "late")
		if err := p.ForceFlush(t.Context()); err != nil {
			t.Error(err)
		}
		if got := len(r.taken()); got != 0 {
			t.Errorf("%d requests after the end", got)
		}
	})
}

func TestForceFlush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := new(recorder)
		p := provider(t, setup(t, r, r.report))
		end(p, "load")
		if err := p.ForceFlush(t.Context()); err != nil {
			t.Error(err)
		}
		if got := len(r.spans(t)); got != 1 {
			t.Errorf("%d spans after a flush, want 1", got)
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if err := p.ForceFlush(gone); !errors.Is(err, context.Canceled) {
			t.Errorf("flush with a context that has ended: %v", err)
		}
		if err := p.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// Many goroutines end far more spans than the queue holds, and all arrive.
func TestNothingIsDropped(t *testing.T) {
	const goroutines, each = 8, 2000
	r := new(recorder)
	p := provider(t, setup(t, r, r.report))
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			for i := range each {
				end(p, fmt.Sprint(g, ".", i))
			}
		})
	}
	wg.Wait()
	if err := p.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, s := range r.spans(t) {
		names[s.Name] = true
	}
	if len(names) != goroutines*each {
		t.Errorf("%d different spans arrived, want %d", len(names), goroutines*each)
	}
}

// A Shutdown that runs out of time returns in time. What it left is written
// once the spool lets it, a further call waits for that, and then nothing is
// left running: the bubble would not end otherwise.
func TestShutdownHonoursContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		r := &recorder{hold: hold}
		outlet, err := Route(setup(t, r, r.report))
		if err != nil {
			t.Fatal(err)
		}
		p := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(outlet.Processor))
		const spans = 2*batchSize + 7
		for i := range spans {
			end(p, fmt.Sprint(i))
		}
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		for range 2 {
			if err := outlet.Processor.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("shutdown with a spool that hangs: %v", err)
			}
		}
		if waited := time.Since(start); waited != 300*time.Millisecond {
			t.Errorf("waited %v, want 300ms", waited)
		}
		close(hold)
		if err := outlet.Processor.Shutdown(t.Context()); err != nil {
			t.Errorf("further shutdown: %v", err)
		}
		if got := len(r.spans(t)); got != spans {
			t.Errorf("%d spans arrived, want %d", got, spans)
		}
		if errs := r.told(); len(errs) > 0 {
			t.Errorf("reported: %v", errs)
		}
	})
}
