package upload

import (
	"context"
	"errors"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const anywhere = "https://example.com/v1"

// recorder notes when requests come, in fake time, and answers them in turn.
type recorder struct {
	start time.Time
	mu    sync.Mutex
	at    []time.Duration
	reply func(n int) (*http.Response, error)
}

func newRecorder(reply func(n int) (*http.Response, error)) *recorder {
	return &recorder{start: time.Now(), reply: reply}
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	defer req.Body.Close()
	return r.reply(r.note())
}

func (r *recorder) note() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at = append(r.at, time.Since(r.start))
	return len(r.at)
}

func (r *recorder) times() []time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.at)
}

func answering(code int, headers ...string) func(int) (*http.Response, error) {
	return func(int) (*http.Response, error) { return status(code, headers...), nil }
}

func TestNothingRunsBeforeTheFirstRecord(t *testing.T) {
	before := runtime.NumGoroutine()
	u := uploaderFor(Config{Dir: t.TempDir()}, Target{Name: "x", URL: anywhere}, queueWith())
	u.Pending()
	u.Due(time.Now())
	u.Status()
	if now := runtime.NumGoroutine(); now > before {
		t.Errorf("%d goroutines, %d before", now, before)
	}
	closeNow(t, u)
	u.Wake()
	if now := runtime.NumGoroutine(); now > before {
		t.Errorf("%d goroutines after Close and Wake, %d before", now, before)
	}
}

func TestNothingRunsForDisabledTargets(t *testing.T) {
	before := runtime.NumGoroutine()
	u := uploaderFor(Config{}, Target{Name: "x"}, queueWith("r"))
	u.Wake()
	if now := runtime.NumGoroutine(); now > before {
		t.Errorf("%d goroutines, %d before", now, before)
	}
	closeNow(t, u)
}

func TestDeliversAfterTheInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder(answering(200))
		q := queueWith("1")
		u := uploaderFor(Config{Transport: rec.RoundTrip}, Target{Name: "x", URL: anywhere, Join: joinLines}, q)
		u.Wake()
		time.Sleep(500 * time.Millisecond)
		q.add(queueWith("2").records[0])
		u.Wake()
		time.Sleep(time.Hour)
		q.add(queueWith("3").records[0])
		u.Wake()
		time.Sleep(time.Hour)
		closeNow(t, u)
		if len(rec.times()) != 2 || rec.times()[0] != time.Second || q.len() != 0 {
			t.Errorf("requests at %v, %d left, want one for the first two records after a second and one for the third", rec.times(), q.len())
		}
	})
}

// What earlier processes left goes at once, what comes then gathers as ever.
func TestResumesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder(answering(200))
		q := queueWith("left")
		u := uploaderFor(Config{Transport: rec.RoundTrip}, Target{Name: "x", URL: anywhere, Join: joinLines}, q)
		u.Resume()
		time.Sleep(time.Minute)
		q.add(queueWith("1").records[0])
		u.Wake()
		time.Sleep(time.Hour)
		closeNow(t, u)
		if want := []time.Duration{0, time.Minute + time.Second}; !slices.Equal(rec.times(), want) {
			t.Errorf("requests at %v, want %v", rec.times(), want)
		}
	})
}

func TestGoesOnWhileThereIsSomething(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder(answering(200))
		q := queueWith(numbered(3*passRequests + 1)...)
		u := uploaderFor(Config{Transport: rec.RoundTrip}, Target{Name: "x", URL: anywhere}, q)
		u.Wake()
		time.Sleep(time.Second + time.Millisecond)
		closeNow(t, u)
		if q.len() != 0 {
			t.Errorf("%d left", q.len())
		}
	})
}

// One target with endless work does not keep another one's waiting.
func TestBusyTargetLetsOthersGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(req *http.Request) (*http.Response, error) {
			time.Sleep(2 * time.Second)
			return status(200), nil
		}
		busy, quiet := queueWith(numbered(1000)...), queueWith("a")
		var quietAt []time.Duration
		start := time.Now()
		transport := roundTrip(func(req *http.Request) (*http.Response, error) {
			if req.URL.Path == "/busy" {
				return slow(req)
			}
			quietAt = append(quietAt, time.Since(start))
			return status(200), nil
		})
		u := New(Config{Transport: transport.RoundTrip})
		with(u, Target{Name: "busy", URL: "https://example.com/busy"}, busy)
		with(u, Target{Name: "quiet", URL: "https://example.com/quiet"}, quiet)
		u.Wake()
		time.Sleep(2 * time.Second)
		quiet.add(queueWith("b").records[0])
		u.Wake()
		time.Sleep(12 * time.Second)
		closeNow(t, u)
		if want := []time.Duration{time.Second, 3 * time.Second}; !slices.Equal(quietAt, want) {
			t.Errorf("the quiet target was served at %v, want %v", quietAt, want)
		}
	})
}

func TestBackoffThenOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder(func(n int) (*http.Response, error) {
			if n <= 4 {
				return status(503), nil
			}
			return status(200), nil
		})
		q := queueWith("1")
		u := uploaderFor(Config{Transport: rec.RoundTrip}, Target{Name: "x", URL: anywhere}, q)
		u.Wake()
		time.Sleep(time.Hour)
		closeNow(t, u)
		if len(rec.times()) != 5 || q.len() != 0 {
			t.Fatalf("%d requests, %d left, want 5 and 0", len(rec.times()), q.len())
		}
		for i := 1; i < 5; i++ {
			if d := rec.times()[i] - rec.times()[i-1]; d < backoffFloor || d > backoffBase<<(i-1) {
				t.Errorf("delay %d is %v", i, d)
			}
		}
	})
}

// While an endpoint is down, a program that records all the time does not ask it
// more often.
func TestRecordsDoNotShortenTheBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder(answering(429, "Retry-After", "3600"))
		q := queueWith("1")
		u := uploaderFor(Config{Transport: rec.RoundTrip}, Target{Name: "x", URL: anywhere}, q)
		for range 3000 {
			u.Wake()
			time.Sleep(time.Second)
		}
		if len(rec.times()) != 1 {
			t.Errorf("%d requests, want 1", len(rec.times()))
		}
		time.Sleep(time.Hour)
		closeNow(t, u)
		if len(rec.times()) != 2 || rec.times()[1]-rec.times()[0] != time.Hour {
			t.Errorf("requests at %v, want two an hour apart", rec.times())
		}
	})
}

// The pause a route reads out of a success, as Sentry sends them, holds too.
func TestPauseAfterSuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := newRecorder(answering(200, "X-Limit", "60"))
		q := queueWith("1", "2")
		u := uploaderFor(Config{Transport: rec.RoundTrip}, Target{Name: "x", URL: anywhere, Answer: func(_ int, h http.Header, _ []byte) Answer {
			d, _ := time.ParseDuration(h.Get("X-Limit") + "s")
			return Answer{RetryAfter: d}
		}}, q)
		u.Wake()
		time.Sleep(time.Hour)
		closeNow(t, u)
		if len(rec.times()) != 2 || rec.times()[1]-rec.times()[0] != time.Minute || q.len() != 0 {
			t.Errorf("requests at %v, %d left", rec.times(), q.len())
		}
	})
}

func TestCloseLetsARequestFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := roundTrip(func(*http.Request) (*http.Response, error) {
			time.Sleep(2 * time.Second)
			return status(200), nil
		})
		q := queueWith("1", "2")
		u := uploaderFor(Config{Transport: transport.RoundTrip}, Target{Name: "x", URL: anywhere}, q)
		u.Wake()
		time.Sleep(1500 * time.Millisecond)
		start := time.Now()
		closeNow(t, u)
		if took := time.Since(start); took != 1500*time.Millisecond || q.len() != 1 {
			t.Errorf("Close took %v and left %d, want 1.5s and 1: no second request", took, q.len())
		}
		closeNow(t, u)
	})
}

func TestCloseCancelsWhenItsTimeIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := queueWith("1")
		u := uploaderFor(Config{Transport: roundTrip(silent).RoundTrip}, Target{Name: "x", URL: anywhere}, q)
		u.Wake()
		time.Sleep(1500 * time.Millisecond)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		if err := u.Close(ctx); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took != 100*time.Millisecond {
			t.Errorf("took %v", took)
		}
		if s := u.Status()[0]; q.len() != 1 || q.released != 1 || s.Failures != 0 {
			t.Errorf("%d left, %+v: ending is not the endpoint's failure", q.len(), s)
		}
	})
}

// Something that does not listen may not keep the host from ending.
func TestCloseGivesUpOnWhatDoesNotListen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		deaf := roundTrip(func(*http.Request) (*http.Response, error) { <-release; return status(200), nil })
		u := uploaderFor(Config{Transport: deaf.RoundTrip}, Target{Name: "x", URL: anywhere}, queueWith("1"))
		u.Wake()
		time.Sleep(1500 * time.Millisecond)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		start := time.Now()
		if err := u.Close(ctx); !errors.Is(err, errStuck) || time.Since(start) != grace {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		close(release)
	})
}

func TestAfterClose(t *testing.T) {
	u := uploaderFor(Config{}, Target{Name: "x", URL: anywhere}, queueWith("1"))
	closeNow(t, u)
	if _, err := flush(t, u); !errors.Is(err, ErrClosed) {
		t.Errorf("%v", err)
	}
	closeNow(t, u)
}

func TestNilUploader(t *testing.T) {
	var u *Uploader
	u.Wake()
	if result, err := flush(t, u); err != nil || result != (Result{}) {
		t.Errorf("%+v, %v", result, err)
	}
	if u.Pending() || u.Due(time.Now()) || u.Status() != nil || u.Close(t.Context()) != nil {
		t.Error("a nil Uploader does something")
	}
}

// Cancelled requests leave neither goroutine nor connection, whatever phase they
// were in; goleak looks at the end.
func TestCloseEndsRealConnections(t *testing.T) {
	open, closed := make(chan struct{}, 1), make(chan struct{}, 1)
	silent := serveTCP(t, func(c net.Conn) {
		open <- struct{}{}
		untilClosed(c)
		closed <- struct{}{}
	})
	for name, url := range map[string]string{"silent": silent, "silent TLS": strings.Replace(silent, "http:", "https:", 1)} {
		t.Run(name, func(t *testing.T) {
			u := uploaderFor(Config{Timeout: time.Minute, Interval: time.Nanosecond}, Target{Name: "x", URL: url}, queueWith("1"))
			u.Wake()
			<-open
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := u.Close(ctx); err != nil {
				t.Error(err)
			}
			<-closed
		})
	}
}

// What a pass leaves behind after Close, because it was stuck, is not kept.
func TestNoConnectionIsKeptAfterClose(t *testing.T) {
	server := newReceiver(t, always(204))
	u := uploaderFor(Config{}, Target{Name: "x", URL: server.URL, Answer: func(int, http.Header, []byte) Answer { return Answer{} }}, queueWith("1"))
	client := u.targets[0].client
	client.close()
	if _, err := flush(t, u); err != nil {
		t.Error(err)
	}
	if client.kept != nil {
		t.Error("a connection is kept")
	}
	closeNow(t, u)
}
