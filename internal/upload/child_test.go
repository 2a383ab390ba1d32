package upload

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/spool"
)

// However slowly an endpoint answers, and whatever the child did before, it is
// over ten seconds after its launch.
func TestChildLivesTenSecondsAtMost(t *testing.T) {
	dir := spooled(t, numbered(20)...)
	for _, lost := range []time.Duration{0, 4 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			launched := time.Now()
			mark := markOf(Child{Guard: testGuard}, launched)
			time.Sleep(lost)
			slow := roundTrip(func(req *http.Request) (*http.Response, error) {
				if err := sleep(req.Context(), 4*time.Second); err != nil {
					return nil, err
				}
				return status(200), nil
			})
			result, _ := RunChild(context.Background(), mark, Config{Dir: dir, Transport: slow.RoundTrip}, trackTarget(dir, anywhere))
			if lived := time.Since(launched); lived > childLimit || lived < childLimit-5*grace {
				t.Errorf("it lived for %v", lived)
			}
			if want := int((childLimit - lost) / (4 * time.Second)); result.Delivered != want {
				t.Errorf("delivered %d, want %d", result.Delivered, want)
			}
		})
	}
}

// The lock dies with its holder, and the records are where they were.
func TestUploaderKilledWhileSending(t *testing.T) {
	dir := spooled(t, "one", "two")
	reached := make(chan struct{}, 10)
	silent := served(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // until then the server does not notice that its client is gone
		reached <- struct{}{}
		<-r.Context().Done()
	})
	child := self(t, testDir+"="+dir, testURL+"="+silent)
	running, err := startDetached(child.Exe, child.environment("aaaaaaaaaaaaaaaa", time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	<-reached
	u := New(Config{Dir: dir}, trackTarget(dir, anywhere))
	if u.Due(time.Now()) {
		t.Error("due while a child is at work")
	}
	collect(running) // which kills it
	if !u.Due(time.Now()) {
		t.Error("not due after its death")
	}
	closeNow(t, u)

	server := newReceiver(t, always(200))
	next := New(Config{Dir: dir}, trackTarget(dir, server.URL))
	defer closeNow(t, next)
	if result, err := flush(t, next); result.Delivered != 2 || err != nil || !slices.Equal(server.received(), []string{"one", "two"}) {
		t.Errorf("%+v, %v, received %q", result, err, server.received())
	}
}

func TestWakeIsCheap(t *testing.T) {
	u := New(Config{Interval: time.Hour}, Target{Name: "x", URL: anywhere, Queue: spool.Open(filepath.Join(t.TempDir(), "x"), spool.Limits{})})
	defer closeNow(t, u)
	u.Wake()
	if n := testing.AllocsPerRun(1000, u.Wake); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// One pass is bounded; a child goes on while there is more and time.
func TestChildMakesAllPassesThatAreNeeded(t *testing.T) {
	dir := spooled(t, numbered(2*passRequests+3)...)
	server := newReceiver(t, always(204))
	mark := markOf(Child{Guard: testGuard}, time.Now())
	result, err := RunChild(t.Context(), mark, Config{Dir: dir}, Target{Name: "track", Queue: spool.Open(filepath.Join(dir, "track"), spool.Limits{}), URL: server.URL})
	if err != nil || result.More || result.Delivered != 2*passRequests+3 {
		t.Errorf("%+v, %v", result, err)
	}
}
