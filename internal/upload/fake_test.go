package upload

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/spool"
)

// fakeQueue is a queue in a slice that checks the rules of its contract.
type fakeQueue struct {
	mu       sync.Mutex
	records  []spool.Record
	out      int
	dropped  int64
	doneErr  error
	released int
}

func queueWith(bodies ...string) *fakeQueue {
	q := &fakeQueue{}
	for _, b := range bodies {
		q.add(spool.Record{ContentType: "application/json", Body: []byte(b)})
	}
	return q
}

func (q *fakeQueue) add(r spool.Record) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.records = append(q.records, r)
}

func (q *fakeQueue) next(maxRecords int, maxBytes int64) (batch, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.out != 0 {
		panic("two batches out")
	}
	var size int64
	for _, r := range q.records {
		if size += int64(len(r.Body)); q.out == maxRecords || q.out > 0 && size > maxBytes {
			break
		}
		q.out++
	}
	if q.out == 0 {
		return nil, nil
	}
	all := slices.Clone(q.records[:q.out])
	for i := range all {
		all[i].Body = slices.Clone(all[i].Body)
	}
	return &fakeBatch{q, all}, nil
}

func (q *fakeQueue) pending() bool { return q.len() > 0 }

func (q *fakeQueue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.records)
}

func (q *fakeQueue) Dropped() int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.dropped
}

func (q *fakeQueue) ReportedDropped(n int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.dropped -= n
}

// fakeBatch spoils its records when it ends, whose memory is the queue's again.
type fakeBatch struct {
	q   *fakeQueue
	all []spool.Record
}

func (b *fakeBatch) spoil() {
	for _, r := range b.all {
		clear(r.Body)
	}
}

func (b *fakeBatch) records() []spool.Record { return b.all }

func (b *fakeBatch) Done(dropped int) error {
	b.q.mu.Lock()
	defer b.q.mu.Unlock()
	if b.q.out != len(b.all) {
		panic("settled twice")
	}
	b.spoil()
	b.q.out = 0
	if b.q.doneErr != nil {
		return b.q.doneErr
	}
	b.q.records = b.q.records[len(b.all):]
	b.q.dropped += int64(dropped)
	return nil
}

func (b *fakeBatch) Release() error {
	b.q.mu.Lock()
	defer b.q.mu.Unlock()
	if b.q.out != len(b.all) {
		panic("settled twice")
	}
	b.spoil()
	b.q.out = 0
	b.q.released++
	return nil
}

// uploaderFor makes an Uploader with one target on q.
func uploaderFor(config Config, target Target, q queue) *Uploader {
	return with(New(config), target, q)
}

func with(u *Uploader, target Target, q queue) *Uploader {
	u.add(target, q)
	return u
}

// roundTrip answers requests without a network, so that time may be fake.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) {
	defer req.Body.Close()
	return f(req)
}

func status(code int, headers ...string) *http.Response {
	res := &http.Response{StatusCode: code, Header: http.Header{}, Body: http.NoBody}
	for i := 0; i+1 < len(headers); i += 2 {
		res.Header.Set(headers[i], headers[i+1])
	}
	return res
}

// silent never answers, as long as the request is wanted.
func silent(req *http.Request) (*http.Response, error) {
	<-req.Context().Done()
	return nil, context.Cause(req.Context())
}

// receiver is a loopback endpoint that keeps what it is sent.
type receiver struct {
	*httptest.Server
	mu       sync.Mutex
	bodies   []string
	heads    []http.Header
	statuses []int
	got      chan string
	closed   chan struct{}   // one for each connection that ended
	answer   func(n int) int // status of request n, from 1
	headers  []string
}

func newReceiver(t testing.TB, answer func(n int) int, headers ...string) *receiver {
	r := &receiver{got: make(chan string, 1000), closed: make(chan struct{}, 1000), answer: answer, headers: headers}
	r.Server = httptest.NewUnstartedServer(r)
	r.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateClosed {
			r.closed <- struct{}{}
		}
	}
	r.Start()
	t.Cleanup(r.Server.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	data, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	r.bodies = append(r.bodies, string(data))
	r.heads = append(r.heads, req.Header.Clone())
	code := r.answer(len(r.bodies))
	r.statuses = append(r.statuses, code)
	r.mu.Unlock()
	for i := 0; i+1 < len(r.headers); i += 2 {
		w.Header().Set(r.headers[i], r.headers[i+1])
	}
	w.WriteHeader(code)
	r.got <- string(data)
}

func (r *receiver) received() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.bodies)
}

func always(code int) func(int) int { return func(int) int { return code } }

func joinLines(bodies [][]byte) []byte { return bytes.Join(bodies, []byte("\n")) }

func numbered(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf(`{"messageId":"%04d"}`, i)
	}
	return all
}

func lines(bodies []string) []string {
	if len(bodies) == 0 {
		return nil
	}
	return strings.Split(strings.Join(bodies, "\n"), "\n")
}

func flush(t testing.TB, u *Uploader) (Result, error) {
	t.Helper()
	return u.Flush(t.Context())
}

func closeNow(t testing.TB, u *Uploader) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := u.Close(ctx); err != nil {
		t.Errorf("Close: %v", err)
	}
}
