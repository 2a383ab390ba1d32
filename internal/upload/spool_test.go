package upload

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/gzip"
	"github.com/otelbridge/otelbridge-go/internal/spool"
)

// An endpoint that fails at random in every way, several writers, several
// uploaders on one folder: each record arrives, and what arrives twice is only
// what was answered with an error after it was read.
func TestExactlyOnceAfterHealing(t *testing.T) {
	for _, join := range []bool{false, true} {
		t.Run(fmt.Sprint("join=", join), func(t *testing.T) {
			dir := t.TempDir()
			server := newReceiver(t, flaky())
			target := func(q *spool.Queue) Target {
				target := Target{Name: "track", Queue: q, URL: server.URL, Gzip: gzip.New}
				if join {
					target.Join, target.MaxJoin = joinLines, 7
				}
				return target
			}
			writeAndUpload(t, dir, target)
			healed := newReceiver(t, always(204))
			last := New(Config{Dir: dir}, Target{
				Name: "track", Queue: spool.Open(filepath.Join(dir, "track"), spool.Limits{}), URL: healed.URL, Join: joinLines,
			})
			defer closeNow(t, last)
			for more := true; more; {
				result, err := flush(t, last)
				if err != nil {
					t.Fatal(err)
				}
				more = result.More
			}
			checkArrived(t, server, healed)
			if last.Pending() {
				t.Error("something is left")
			}
		})
	}
}

// flaky takes a record only when it says so.
func flaky() func(int) int {
	random := rand.New(rand.NewPCG(1, 2))
	var mu sync.Mutex
	return func(int) int {
		mu.Lock()
		defer mu.Unlock()
		return []int{200, 200, 204, 500, 503, 429, 408}[random.IntN(7)]
	}
}

const writers, perWriter = 4, 100

func writeAndUpload(t *testing.T, dir string, target func(*spool.Queue) Target) {
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			q := spool.Open(filepath.Join(dir, "track"), spool.Limits{})
			u := New(Config{Dir: dir, Interval: time.Millisecond, Force: true}, target(q))
			q.OnAppend(u.Wake)
			for i := range perWriter {
				q.Append(spool.Record{Body: fmt.Appendf(nil, "%d-%d", w, i)})
				if i%10 == 0 {
					u.Flush(t.Context())
				}
			}
			closeNow(t, u)
			if err := q.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

// checkArrived counts what the flaky endpoint took with a 2xx and what came
// after it was mended.
func checkArrived(t *testing.T, flaky, healed *receiver) {
	t.Helper()
	times := map[string]int{}
	for i, body := range flaky.received() {
		if flaky.statuses[i] > 299 {
			continue
		}
		if flaky.heads[i].Get("Content-Encoding") == "gzip" {
			body = unzip(t, body)
		}
		for _, id := range lines([]string{body}) {
			times[id]++
		}
	}
	for _, id := range lines(healed.received()) {
		times[id]++
	}
	for w := range writers {
		for i := range perWriter {
			if id := fmt.Sprintf("%d-%d", w, i); times[id] != 1 {
				t.Errorf("%s arrived %d times", id, times[id])
			}
		}
	}
	if len(times) != writers*perWriter {
		t.Errorf("%d different records arrived", len(times))
	}
}

// What a program leaves, its next run delivers.
func TestNextRunDelivers(t *testing.T) {
	dir := t.TempDir()
	down := New(Config{Dir: dir}, trackTarget(dir, nobody(t, nil)))
	down.targets[0].Queue.Append(spool.Record{Body: []byte("one")})
	if _, err := flush(t, down); err == nil {
		t.Error("delivered to nobody")
	}
	closeNow(t, down)
	down.targets[0].Queue.Close()

	server := newReceiver(t, always(200))
	up := New(Config{Dir: dir}, trackTarget(dir, server.URL))
	defer closeNow(t, up)
	up.targets[0].Queue.Append(spool.Record{Body: []byte("two")})
	if _, err := flush(t, up); err != nil {
		t.Error(err)
	}
	if got := server.received(); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("%q", got)
	}
}

func TestMemoryOnly(t *testing.T) {
	server := newReceiver(t, always(200))
	q := spool.Open("", spool.Limits{})
	u := New(Config{}, Target{Name: "track", Queue: q, URL: server.URL})
	defer closeNow(t, u)
	q.Append(spool.Record{Body: []byte("one")})
	if !u.Due(time.Now()) {
		t.Error("not due")
	}
	if result, err := flush(t, u); result.Delivered != 1 || err != nil {
		t.Errorf("%+v, %v", result, err)
	}
}

// The benchmarks deliver 1000 events, or one body of spans, at a time to a
// loopback server that only counts.
func BenchmarkDeliver(b *testing.B) {
	event := []byte(`{"messageId":"0123456789abcdef","type":"track","event":"pipeline_extract","properties":{"destination_name":"duckdb","elapsed":12.345,"success":true},"context":{"ci_run":false,"cpu":8,"os":{"name":"Linux","version":"6.1"},"library":{"name":"tool","version":"1.2.3"}},"timestamp":"2026-03-01T12:00:00Z","anonymousId":"0123456789abcdef0123456789abcdef"}`)
	spans := bytes.Repeat(event, 60)
	tests := []struct {
		name string
		body []byte
		join func([][]byte) []byte
		gzip func() Compressor
	}{
		{"joined", event, joinOnce(), nil},
		{"joined-gzip", event, joinOnce(), gzip.New},
		{"single", spans, nil, nil},
	}
	for _, tt := range tests {
		b.Run(tt.name, func(b *testing.B) {
			url := served(b, func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
			q := spool.Open(b.TempDir(), spool.Limits{Bytes: 1 << 40})
			u := New(Config{}, Target{Name: "x", Queue: q, URL: url, Join: tt.join, Gzip: tt.gzip})
			for range b.N {
				q.Append(spool.Record{Body: tt.body})
			}
			b.ReportAllocs()
			b.ResetTimer()
			sent := 0
			for more := true; more; {
				result, err := u.Flush(context.Background())
				if err != nil {
					b.Fatal(err)
				}
				more = result.More
				sent += result.Bytes
			}
			b.ReportMetric(float64(sent)/float64(b.N), "wireB/op")
			b.StopTimer()
			u.Close(context.Background())
			q.Close()
		})
	}
}

// joinOnce joins into memory that it uses again, as a route may.
func joinOnce() func([][]byte) []byte {
	var buffer []byte
	return func(bodies [][]byte) []byte {
		buffer = buffer[:0]
		for _, b := range bodies {
			buffer = append(append(buffer, b...), ',')
		}
		return buffer
	}
}
