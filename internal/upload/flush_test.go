package upload

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestFlushHonoursItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := queueWith("1")
		u := uploaderFor(Config{Transport: roundTrip(silent).RoundTrip}, Target{Name: "x", URL: anywhere}, q)
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		start := time.Now()
		result, err := u.Flush(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 300*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		if s := u.Status()[0]; result.Requests != 1 || q.len() != 1 || s.Failures != 1 || s.Class != "timeout" {
			t.Errorf("%+v, %d left, %+v: an endpoint that never answered has failed", result, q.len(), s)
		}
		closeNow(t, u)
	})
}

func TestFlushCutOffAfterAnAnswerIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := roundTrip(func(req *http.Request) (*http.Response, error) {
			if sleep(req.Context(), 200*time.Millisecond) != nil {
				return nil, req.Context().Err()
			}
			return status(200), nil
		})
		q := queueWith("1", "2")
		u := uploaderFor(Config{Transport: slow.RoundTrip}, Target{Name: "x", URL: anywhere}, q)
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		if result, _ := u.Flush(ctx); result.Delivered != 1 || q.len() != 1 || u.Status()[0].Failures != 0 {
			t.Errorf("%+v, %d left, %+v", result, q.len(), u.Status()[0])
		}
		closeNow(t, u)
	})
}

func TestFlushGivesUpOnWhatDoesNotListen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		deaf := roundTrip(func(*http.Request) (*http.Response, error) { <-release; return status(200), nil })
		u := uploaderFor(Config{Transport: deaf.RoundTrip}, Target{Name: "x", URL: anywhere}, queueWith("1"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if _, err := u.Flush(ctx); !errors.Is(err, errStuck) || time.Since(start) != time.Second+grace {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		close(release)
		closeNow(t, u)
	})
}

func TestTargetsGoInParallel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := roundTrip(func(req *http.Request) (*http.Response, error) {
			if req.URL.Path == "/silent" {
				return silent(req)
			}
			return status(200), nil
		})
		u := New(Config{Transport: transport.RoundTrip})
		down, up := queueWith("1"), queueWith("2")
		with(u, Target{Name: "down", URL: "https://example.com/silent"}, down)
		with(u, Target{Name: "up", URL: "https://example.com/fine"}, up)
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		u.Flush(ctx)
		if down.len() != 1 || up.len() != 0 {
			t.Errorf("%d and %d left, want 1 and 0", down.len(), up.len())
		}
		closeNow(t, u)
	})
}

func TestFlushIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder(answering(200))
		q := queueWith(numbered(passRequests + 10)...)
		u := uploaderFor(Config{Transport: rec.RoundTrip}, Target{Name: "x", URL: anywhere}, q)
		result, err := flush(t, u)
		if err != nil || !result.More || result.Requests != passRequests || q.len() != 10 {
			t.Errorf("%+v, %v, %d left", result, err, q.len())
		}
		if result, err = flush(t, u); err != nil || result.More || q.len() != 0 {
			t.Errorf("%+v, %v, %d left", result, err, q.len())
		}
		big := queueWith()
		for range 20 {
			big.add(queueWith(string(make([]byte, 1<<20))).records[0])
		}
		with(u, Target{Name: "big", URL: anywhere}, big)
		if result, _ = flush(t, u); result.Bytes != passBytes || !result.More {
			t.Errorf("%d bytes, want %d", result.Bytes, passBytes)
		}
		closeNow(t, u)
	})
}
