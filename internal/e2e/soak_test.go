package e2e

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/exporters/otlp"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

var soakFor = flag.Duration("soak", 0, "how long TestSoak takes; default 12 s, and 30 minutes with -long")

// soakRate is how many spans a second the service makes.
const soakRate = 1000

// TestSoak runs a service while its endpoint goes up and down at random. Its
// memory stays flat, and in the end every span has arrived.
func TestSoak(t *testing.T) {
	skipShort(t)
	hostProgram(t)
	t.Parallel()
	length := cmp.Or(*soakFor, either(12*time.Second, 30*time.Minute))
	s, home := newFlaky(t), t.TempDir()
	stop := s.upAndDown()
	made, heap := soak(t, home, s.URL, length)
	stop()
	for range 20 {
		if s.arrived(t) >= made {
			break
		}
		forget(t, home)
		runUploader(t, home, s.URL)
	}
	t.Logf("%d spans made, %d arrived, %d repeats, %d requests refused; live heap KiB by tenths: %v", made, s.arrived(t), s.repeats, s.refused.Load(), heap)
	if want := int(length.Seconds() * soakRate * 9 / 10); made < want || s.arrived(t) != made {
		t.Errorf("%d spans made, at least %d expected, %d arrived", made, want, s.arrived(t))
	}
	if first, last := heap[2], heap[len(heap)-1]; last > first+first/4+2048 {
		t.Errorf("the heap grew from %d to %d KiB", first, last)
	}
}

// soak runs the service and returns how many spans it made and how much of its
// heap was in use at the end of each tenth of its time.
func soak(t *testing.T, home, url string, length time.Duration) (made int, heap []int) {
	cmd := play(t, "TestServiceProcess", "service", append(allRoutes(url), "HOME="+home, "E2E_LENGTH="+length.String())...)
	out := lines(t, cmd)
	for out.Scan() {
		if kib, ok := strings.CutPrefix(out.Text(), "heap "); ok {
			n, _ := strconv.Atoi(kib)
			heap = append(heap, n)
		}
		if n, ok := strings.CutPrefix(out.Text(), "made "); ok {
			made, _ = strconv.Atoi(n)
		}
	}
	if err := cmd.Wait(); err != nil || len(heap) != 10 {
		t.Fatalf("the service ended with %v, having told its heap %d times", err, len(heap))
	}
	return made, heap
}

// TestServiceProcess makes spans at an even rate.
func TestServiceProcess(t *testing.T) {
	role(t, "service")
	length, err := time.ParseDuration(os.Getenv("E2E_LENGTH"))
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	app := otelbridge.App{Name: "hosttool", Version: "1.2.3", Delivery: otelbridge.InProcess}
	bridge, err := otelbridge.Start(ctx, app, otlp.Route)
	if err != nil {
		t.Fatal(err)
	}
	tracer := bridge.TracerProvider().Tracer("service")
	made, begin := 0, time.Now()
	for tenth := time.Duration(1); tenth <= 10; tenth++ {
		for ; time.Since(begin) < length*tenth/10; time.Sleep(5 * time.Millisecond) {
			for due := int(time.Since(begin).Seconds() * soakRate); made < due; made++ {
				_, span := tracer.Start(ctx, "load")
				span.SetAttributes(anon.DestinationName.String("duckdb"), anon.RecordsWritten.Int(made))
				span.End()
			}
		}
		fmt.Println("heap", liveHeap()>>10)
	}
	_ = bridge.Shutdown(ctx)
	fmt.Println("made", made)
}

func liveHeap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// flaky is a receiver that is sometimes down: it answers 503, resets the
// connection, or takes the request and never answers.
type flaky struct {
	*receiver
	mood    atomic.Int32 // 0: up
	refused atomic.Int64

	seen    map[string]bool
	repeats int
}

func newFlaky(t *testing.T) *flaky {
	s := &flaky{receiver: &receiver{status: http.StatusOK, bodies: map[string][][]byte{}}, seen: map[string]bool{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *flaky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch s.mood.Load() {
	case 0:
		s.receiver.ServeHTTP(w, r)
		return
	case 1:
		w.WriteHeader(http.StatusServiceUnavailable)
	case 2:
		s.receiver.ServeHTTP(w, r) // taken, and the answer lost
		panic(http.ErrAbortHandler)
	case 3:
		panic(http.ErrAbortHandler)
	}
	s.refused.Add(1)
}

// upAndDown changes the mood every second or so, until stop, which leaves the
// endpoint up.
func (s *flaky) upAndDown() (stop func()) {
	end := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		for {
			s.mood.Store(max(0, rand.Int32N(6)-2)) // up half of the time
			select {
			case <-time.After(rand.N(2 * time.Second)):
			case <-end:
				s.mood.Store(0)
				return
			}
		}
	})
	return func() { close(end); group.Wait() }
}

// arrived counts the spans that came, each once.
func (s *flaky) arrived(t *testing.T) int {
	for _, span := range spansIn(t, s.take(otlpPath)) {
		if s.seen[string(span.SpanId)] {
			s.repeats++
		}
		s.seen[string(span.SpanId)] = true
	}
	return len(s.seen)
}
