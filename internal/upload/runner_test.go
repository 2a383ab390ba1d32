package upload

import (
	"context"
	"errors"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/spool"
)

// bySide sends what goes to the path /slow one way and the rest another.
func bySide(slow, other roundTrip) roundTrip {
	return func(req *http.Request) (*http.Response, error) {
		if req.URL.Path == "/slow" {
			return slow(req)
		}
		return other(req)
	}
}

func ok(*http.Request) (*http.Response, error) { return status(200), nil }

// twoTargets has the target slow, whose loop is under way after a second, and
// the target fine.
func twoTargets(transport roundTrip, slow, fine queue) *Uploader {
	u := New(Config{Transport: transport.RoundTrip})
	with(u, Target{Name: "slow", URL: "https://example.com/slow"}, slow)
	with(u, Target{Name: "fine", URL: "https://example.com/fine"}, fine)
	return u
}

// While the uploader waits for a silent endpoint, which may be the last it ever
// does, a Flush delivers at once what goes elsewhere.
func TestFlushPassesTheSilentTarget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at time.Duration
		start := time.Now()
		transport := bySide(silent, func(req *http.Request) (*http.Response, error) {
			at = time.Since(start)
			return ok(req)
		})
		slow, fine := queueWith("1"), queueWith()
		u := twoTargets(transport, slow, fine)
		u.Wake()
		time.Sleep(1500 * time.Millisecond)
		fine.add(queueWith("2").records[0])
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		result, err := u.Flush(ctx)
		if result.Delivered != 1 || fine.len() != 0 || at != 1500*time.Millisecond {
			t.Errorf("%+v, %d left, delivered at %v", result, fine.len(), at)
		}
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 2500*time.Millisecond {
			t.Errorf("%v after %v: the silent one is waited for as long as there is time", err, time.Since(start))
		}
		if err := u.Close(ctx); err != nil || slow.len() != 1 || slow.out != 0 {
			t.Errorf("%v, %d left, %d out", err, slow.len(), slow.out)
		}
	})
}

// The same with queues on disk and real connections: the lock is shared with the
// silent target, and kept for it when the others are done.
func TestFlushPassesTheSilentTargetOnDisk(t *testing.T) {
	dir := t.TempDir()
	reached := make(chan struct{}, 1)
	silentURL := serveRaw(t, func(c net.Conn) { reached <- struct{}{}; untilClosed(c) })
	server := newReceiver(t, always(200))
	otlp, track := spool.Open(filepath.Join(dir, "otlp"), spool.Limits{}), spool.Open(filepath.Join(dir, "track"), spool.Limits{})
	u := New(Config{Dir: dir, Interval: time.Nanosecond, Timeout: time.Minute},
		Target{Name: "otlp", Queue: otlp, URL: silentURL}, Target{Name: "track", Queue: track, URL: server.URL})
	otlp.Append(spool.Record{Body: []byte("1")})
	u.Wake()
	<-reached
	track.Append(spool.Record{Body: []byte("last")})

	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan Result)
	go func() { r, _ := u.Flush(ctx); over <- r }()
	if got := <-server.got; got != "last" {
		t.Errorf("received %q", got)
	}
	other := New(Config{Dir: dir})
	if _, err := flush(t, other); !errors.Is(err, ErrBusy) {
		t.Errorf("another uploader: %v", err)
	}
	cancel()
	<-over
	_ = u.Close(ctx)
	if _, err := flush(t, other); err != nil {
		t.Errorf("another uploader after Close: %v", err)
	}
	closeNow(t, other)
	for _, q := range []*spool.Queue{otlp, track} {
		if err := q.Close(); err != nil {
			t.Error(err)
		}
	}
}

// The loop does not wait either.
func TestSilentTargetLetsOthersGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		start := time.Now()
		transport := bySide(silent, func(req *http.Request) (*http.Response, error) {
			at = append(at, time.Since(start))
			return ok(req)
		})
		fine := queueWith()
		u := twoTargets(transport, queueWith("1"), fine)
		u.Wake()
		for range 2 {
			time.Sleep(2 * time.Second)
			fine.add(queueWith("a").records[0])
			u.Wake()
		}
		time.Sleep(time.Minute)
		closeNow(t, u)
		if want := []time.Duration{3 * time.Second, 5 * time.Second}; !slices.Equal(at, want) {
			t.Errorf("served at %v, want %v", at, want)
		}
	})
}

// A Flush that waited for its turn goes on where the loop ended, and sends
// nothing again.
func TestFlushTakesOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder(func(int) (*http.Response, error) {
			time.Sleep(2 * time.Second)
			return status(200), nil
		})
		q := queueWith(numbered(8)...)
		u := uploaderFor(Config{Transport: rec.RoundTrip}, Target{Name: "x", URL: anywhere}, q)
		u.Wake()
		time.Sleep(1500 * time.Millisecond)
		result, err := flush(t, u)
		// The loop lets go after its slice, during which it started three.
		if err != nil || result.Delivered != 5 || len(rec.times()) != 8 || q.len() != 0 {
			t.Errorf("%+v, %v, requests at %v", result, err, rec.times())
		}
		closeNow(t, u)
	})
}

// What the loop learned while a Flush waited holds for the Flush.
func TestFlushJoinsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder(func(int) (*http.Response, error) {
			time.Sleep(time.Second)
			return status(429, "Retry-After", "60"), nil
		})
		u := uploaderFor(Config{Transport: rec.RoundTrip}, Target{Name: "x", URL: anywhere}, queueWith("1"))
		u.Wake()
		time.Sleep(1500 * time.Millisecond)
		if result, err := flush(t, u); err != nil || result.Requests != 0 || result.Next.IsZero() || len(rec.times()) != 1 {
			t.Errorf("%+v, %v, requests at %v", result, err, rec.times())
		}
		closeNow(t, u)
	})
}

// Close ends the loop's request and a Flush that waits for its turn.
func TestCloseWhileAFlushWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := queueWith("1", "2")
		u := twoTargets(bySide(silent, ok), slow, queueWith())
		u.Wake()
		time.Sleep(1500 * time.Millisecond)
		over := make(chan error, 1)
		go func() { _, err := u.Flush(t.Context()); over <- err }()
		time.Sleep(time.Millisecond)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if err := u.Close(ctx); err != nil || time.Since(start) != time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		if <-over; slow.len() != 2 || slow.out != 0 || u.Status()[0].Failures != 0 {
			t.Errorf("%d left, %d out, %+v", slow.len(), slow.out, u.Status()[0])
		}
	})
}

// Two targets of one name would share what is known about them.
func TestTargetsOfOneName(t *testing.T) {
	server := newReceiver(t, always(200))
	first, second, third := queueWith("1"), queueWith("2"), queueWith("3")
	u := New(Config{})
	with(u, Target{Name: "x", URL: server.URL}, first)
	with(u, Target{Name: "x", URL: server.URL}, second)
	with(u, Target{Name: "y", URL: server.URL}, third)
	defer closeNow(t, u)
	if _, err := flush(t, u); err != nil {
		t.Fatal(err)
	}
	if first.len() != 0 || second.len() != 1 || third.len() != 0 {
		t.Errorf("%d, %d and %d left, want 0, 1 and 0", first.len(), second.len(), third.len())
	}
	var reasons []string
	for _, s := range u.Status() {
		reasons = append(reasons, s.Disabled)
	}
	if want := []string{"", "another target has its name", ""}; !slices.Equal(reasons, want) {
		t.Errorf("%q, want %q", reasons, want)
	}
}
