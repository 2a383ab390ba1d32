package otlp

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
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

// A whole batch does not wait for its time, and takes the timer with it: what
// comes after it has a wait of its own.
func TestWholeBatchGoesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := new(recorder)
		p := provider(t, setup(t, r, r.report))
		start := time.Now()
		time.Sleep(time.Nanosecond) // so that time stands out
		for range batchSize {
			end(p, "load")
		}
		synctest.Wait()
		if got := len(r.spans(t)); got != batchSize || time.Since(start) != time.Nanosecond {
			t.Errorf("%d spans spooled after %v", got, time.Since(start))
		}
		time.Sleep(batchTimeout / 2)
		end(p, "late")
		time.Sleep(batchTimeout - 1)
		synctest.Wait()
		if got := len(r.spans(t)); got != batchSize {
			t.Errorf("a span that had time to wait was spooled: %d", got)
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if got := len(r.spans(t)); got != batchSize+1 {
			t.Errorf("%d spans when the wait is over", got)
		}
		if err := p.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// A host that is faster than the spool waits for room when the queue is full and
// not before, and Shutdown waits for what is under way. Everything arrives, in
// batches of the usual size.
func TestFullQueueHoldsTheHost(t *testing.T) {
	hold := make(chan struct{})
	r := &recorder{hold: hold}
	p := provider(t, setup(t, r, r.report))
	const spans = batchSize + queueSize + 7
	var ended atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range spans {
			if i == batchSize {
				eventually(t, func() bool { return r.tried() == 1 })
			}
			end(p, fmt.Sprint(i))
			ended.Add(1)
		}
		if err := p.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	const room = batchSize + queueSize - 1
	eventually(t, func() bool { return ended.Load() == room })
	time.Sleep(10 * time.Millisecond) // in which it could go on
	if got := ended.Load(); got != room {
		t.Errorf("the host is held after %d spans, want %d", got, room)
	}
	close(hold)
	<-done
	if got := len(r.spans(t)); got != spans {
		t.Errorf("%d spans arrived, want %d", got, spans)
	}
	if got, want := len(r.taken()), (spans+batchSize-1)/batchSize; got != want {
		t.Errorf("%d batches, want %d", got, want)
	}
}

// eventually waits until something is so.
func eventually(t *testing.T, so func() bool) {
	for deadline := time.Now().Add(time.Minute); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Error("it does not come to that")
			return
		}
	}
}
