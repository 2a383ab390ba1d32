package spool

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOpenTouchesNothing(t *testing.T) {
	dir := queueDir(t)
	q := openQueue(t, dir, Limits{})
	if b, err := q.Next(1, 1); b != nil || err != nil {
		t.Errorf("Next of a new queue = %v, %v", b, err)
	}
	if got := (Stats{}); q.Stats() != got || q.Dropped() != 0 || q.Pending() {
		t.Errorf("a new queue holds %+v", q.Stats())
	}
	q.ReportedDropped(3)
	if err := q.Purge(); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(filepath.Dir(dir)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder was made: %v", err)
	}
}

func TestAppendNext(t *testing.T) {
	at := time.Now().Add(-time.Hour).Round(0)
	want := []Record{
		{Time: at, ContentType: "application/json", Body: []byte(`{"a":1}`)},
		{Time: at, ContentType: "application/x-protobuf", ContentEncoding: "gzip", Body: []byte{0, 1, 2}},
		{Time: at, Body: []byte{}},
		{Time: at, ContentType: strings.Repeat("c", 255), ContentEncoding: strings.Repeat("e", 255), Body: make([]byte, 300_000)},
	}
	for name, dir := range map[string]string{"disk": queueDir(t), "memory": ""} {
		t.Run(name, func(t *testing.T) {
			q := openQueue(t, dir, Limits{})
			for _, r := range want {
				q.Append(r)
			}
			b := next(t, q, 10)
			if diff := cmp.Diff(want, b.Records); diff != "" {
				t.Errorf("records (-appended +read):\n%s", diff)
			}
			if err := b.Done(0); err != nil {
				t.Error(err)
			}
			if rest := drain(t, q); rest != nil || q.Pending() {
				t.Errorf("%d records after Done, pending %v", len(rest), q.Pending())
			}
		})
	}
}

func TestAppendCutsLongStrings(t *testing.T) {
	q := openQueue(t, "", Limits{})
	q.Append(Record{ContentType: strings.Repeat("c", 300), ContentEncoding: strings.Repeat("e", 256), Body: []byte("body")})
	r := next(t, q, 1).Records[0]
	if len(r.ContentType) != 255 || len(r.ContentEncoding) != 255 || string(r.Body) != "body" {
		t.Errorf("%d bytes of type, %d of encoding, body %q", len(r.ContentType), len(r.ContentEncoding), r.Body)
	}
}

func TestRoundTrip(t *testing.T) {
	q := openQueue(t, queueDir(t), Limits{})
	calls := 0
	q.OnAppend(func() { calls++ })
	client := http.Client{Transport: q}
	body := strings.Repeat("0123456789", 10_000)
	for _, reader := range []io.Reader{strings.NewReader(body), iotest.OneByteReader(strings.NewReader(body)), nil} {
		req, err := http.NewRequest(http.MethodPost, "http://user:secret@192.0.2.1/path?key=secret", reader)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "text/plain")
		req.Header.Set("Content-Encoding", "identity")
		req.Header.Set("Authorization", "Bearer secret")
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(resp.Body); resp.StatusCode != 200 || len(b) != 0 || err != nil || resp.Body.Close() != nil {
			t.Errorf("answered %d %q %v", resp.StatusCode, b, err)
		}
	}
	if calls != 3 {
		t.Errorf("OnAppend called %d times, want 3", calls)
	}
	if on := readFile(t, files(t, q.dir)[0]); bytes.Contains(on, []byte("secret")) {
		t.Error("a credential is on disk")
	}
	b := next(t, q, 10)
	if diff := cmp.Diff([]string{body, body, ""}, bodies(b)); diff != "" {
		t.Errorf("bodies:\n%s", diff)
	}
	if r := b.Records[0]; r.ContentType != "text/plain" || r.ContentEncoding != "identity" || time.Since(r.Time) > time.Minute {
		t.Errorf("record %q %q %v", r.ContentType, r.ContentEncoding, r.Time)
	}
}

type closeRecorder struct {
	io.Reader
	closed int
	err    error
}

func (c *closeRecorder) Close() error { c.closed++; return c.err }

func TestRoundTripBody(t *testing.T) {
	broken := errors.New("broken")
	for _, test := range []struct {
		name    string
		body    *closeRecorder
		wantErr error
	}{
		{"whole", &closeRecorder{Reader: strings.NewReader("x")}, nil},
		{"read fails", &closeRecorder{Reader: iotest.ErrReader(broken)}, broken},
		{"close fails", &closeRecorder{Reader: strings.NewReader("x"), err: broken}, broken},
		{"endless", &closeRecorder{Reader: endless{}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			q := openQueue(t, queueDir(t), Limits{Bytes: 4096})
			req := &http.Request{Method: http.MethodPost, Header: http.Header{}, Body: test.body}
			resp, err := q.RoundTrip(req)
			if !errors.Is(err, test.wantErr) || (resp == nil) != (err != nil) {
				t.Errorf("RoundTrip = %v, %v", resp, err)
			}
			if test.body.closed != 1 {
				t.Errorf("body closed %d times", test.body.closed)
			}
			want := map[string]int{"whole": 1}[test.name]
			if got := q.Stats().Records; got != want {
				t.Errorf("%d records, want %d", got, want)
			}
		})
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

func TestPermissions(t *testing.T) {
	dir := queueDir(t)
	q := openQueue(t, dir, Limits{})
	appendText(q, "a")
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Dir(dir): 0o700, files(t, dir)[0]: 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", filepath.Base(path), got, want)
		}
	}
}

func TestConcurrentAppend(t *testing.T) {
	q := openQueue(t, queueDir(t), Limits{Bytes: 1 << 20})
	const writers, each = 8, 200
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() { appendNumbers(q, w*each, w*each+each-1) })
	}
	seen := map[string]int{}
	take := func() {
		for _, body := range drain(t, q) {
			seen[body]++
		}
	}
	for range 50 {
		take()
	}
	writing.Wait()
	take()
	for _, n := range numbers(0, writers*each-1) {
		if seen[n] != 1 {
			t.Errorf("record %s came %d times", n, seen[n])
		}
	}
}

func TestCloseThenAppend(t *testing.T) {
	dir := queueDir(t)
	q := Open(dir, Limits{})
	appendText(q, "before")
	for range 2 {
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
	}
	before := readFile(t, files(t, dir)[0])
	appendText(q, "after")
	if got := readFile(t, files(t, dir)[0]); !bytes.Equal(got, before) {
		t.Error("a closed queue wrote to its file")
	}
	if st := q.Stats(); st.Records != 2 || st.InMemory != 1 {
		t.Errorf("Stats = %+v, want 2 records, 1 of them in memory", st)
	}
	if diff := cmp.Diff([]string{"before", "after"}, drain(t, q)); diff != "" {
		t.Error(diff)
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("files left: %q", left)
	}
}

func TestSealedWhenClosed(t *testing.T) {
	dir := queueDir(t)
	q := Open(dir, Limits{})
	appendNumbers(q, 1, 3)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	e, err := inspect(segmentsIn(t, dir)[0])
	if err != nil || !e.sealed || e.records != 3 {
		t.Errorf("entry %+v, %v, want 3 records, sealed", e, err)
	}
}

func segmentsIn(t testing.TB, dir string) []listed {
	t.Helper()
	found, err := list(dir)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestAbandoned(t *testing.T) {
	dir := queueDir(t)
	other := openQueue(t, dir, Limits{})
	check := func(when string, want bool) {
		t.Helper()
		if got := other.Abandoned(); got != want {
			t.Errorf("%s: %v, want %v", when, got, want)
		}
	}
	check("nothing there", false)
	q := Open(dir, Limits{})
	appendText(q, "a")
	check("its writer is at work", false)
	q.own.close() // as when it is killed
	check("its writer is gone", true)
	if err := next(t, other, 1).Done(0); err != nil {
		t.Fatal(err)
	}
	check("delivered", false)
	q = Open(dir, Limits{})
	appendText(q, "b")
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	check("closed", false)
}

func TestStats(t *testing.T) {
	dir := queueDir(t)
	writer := openQueue(t, dir, Limits{})
	reader := openQueue(t, dir, Limits{})
	oldest := time.Now().Add(-time.Hour).Round(0)
	writer.Append(Record{Time: oldest, Body: []byte("a")})
	appendText(writer, "b", "c")
	want := Stats{Records: 3, Bytes: 3 * (frameMin + 1), Oldest: oldest}
	for name, q := range map[string]*Queue{"writer": writer, "other": reader} {
		if diff := cmp.Diff(want, q.Stats()); diff != "" || !q.Pending() {
			t.Errorf("%s, pending %v:\n%s", name, q.Pending(), diff)
		}
	}
	if err := next(t, writer, 1).Done(1); err != nil {
		t.Fatal(err)
	}
	if st := reader.Stats(); st.Records != 2 || st.Dropped != 1 || !st.Oldest.After(oldest) {
		t.Errorf("after one was dropped: %+v", st)
	}
}

func TestPurge(t *testing.T) {
	dir := queueDir(t)
	closed := Open(dir, Limits{})
	appendText(closed, "of an ended process")
	live := openQueue(t, dir, Limits{}) // continues nothing: closed still holds its segment
	appendText(live, "of a live process")
	q := openQueue(t, dir, Limits{})
	appendText(q, "own")
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	b := next(t, q, 1)
	q.memory.push(beginFrame(nil, time.Now(), "", ""), q.limits)
	q.countDropped(2)
	if err := q.Purge(); err != nil {
		t.Fatal(err)
	}
	if err := b.Done(5); err != nil {
		t.Errorf("Done after Purge: %v", err)
	}
	if st := q.Stats(); st.Records != 1 || st.Dropped != 0 {
		t.Errorf("left: %+v, want the live process's record", st)
	}
	appendText(q, "new")
	if diff := cmp.Diff([]string{"new"}, drain(t, q)); diff != "" {
		t.Error(diff)
	}
	if err := live.Purge(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(q.Purge(), q.Close(), live.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is still there: %v, %q", err, files(t, dir))
	}
}

func TestRoundTripAllocations(t *testing.T) {
	q := openQueue(t, queueDir(t), Limits{})
	reader := strings.NewReader("")
	req, err := http.NewRequest(http.MethodPost, "http://127.0.0.1/", reader)
	if err != nil {
		t.Fatal(err)
	}
	got := testing.AllocsPerRun(200, func() {
		reader.Reset("a body")
		if _, err := q.RoundTrip(req); err != nil {
			t.Fatal(err)
		}
	})
	if got > 2 && !raceEnabled {
		t.Errorf("%v allocations a request, want 2: the response and its header", got)
	}
}
