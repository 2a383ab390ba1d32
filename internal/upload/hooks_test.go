package upload

import (
	"bytes"
	stdgzip "compress/gzip"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/otelbridge/otelbridge-go/internal/gzip"
	"github.com/otelbridge/otelbridge-go/internal/spool"
)

func TestRequestHeaders(t *testing.T) {
	server := newReceiver(t, always(200))
	q := &fakeQueue{dropped: 7}
	q.add(spool.Record{ContentType: "application/x-protobuf", ContentEncoding: "gzip", Body: []byte("zipped")})
	q.add(spool.Record{Body: []byte("bare")})
	u := uploaderFor(Config{UserAgent: "tool/1"}, Target{
		Name: "x", URL: server.URL + "/v1/x?a=b", Gzip: gzip.New,
		Sign: func(r *http.Request) error { r.Header.Set("Authorization", "secret"); return nil },
	}, q)
	defer closeNow(t, u)
	if _, err := flush(t, u); err != nil {
		t.Fatal(err)
	}
	want := []http.Header{
		{
			"Authorization": {"secret"}, "Content-Encoding": {"gzip"}, "Content-Length": {"6"},
			"Content-Type": {"application/x-protobuf"}, "Otelbridge-Dropped": {"7"}, "User-Agent": {"tool/1"},
		},
		{"Authorization": {"secret"}, "Content-Length": {"4"}, "User-Agent": {"tool/1"}},
	}
	if d := cmp.Diff(want, server.heads); d != "" {
		t.Error(d)
	}
	if q.Dropped() != 0 {
		t.Errorf("%d drops are still to be told", q.Dropped())
	}
}

func TestDropsAreToldUntilSomebodyListens(t *testing.T) {
	server := newReceiver(t, func(n int) int { return []int{400, 500, 204}[n-1] })
	q := &fakeQueue{dropped: 2}
	q.add(queueWith("1").records[0])
	q.add(queueWith("2").records[0])
	u := uploaderFor(Config{Force: true}, Target{Name: "x", URL: server.URL}, q)
	defer closeNow(t, u)
	flush(t, u) // the first is dropped, the second kept
	if q.Dropped() != 3 {
		t.Errorf("%d drops, want 3", q.Dropped())
	}
	flush(t, u)
	if got := server.heads[2].Get(droppedHeader); got != "3" || q.Dropped() != 0 {
		t.Errorf("told %s, %d left to tell", got, q.Dropped())
	}
}

// A hook that panics ends its own target; the others and the host go on.
func TestHooksThatPanic(t *testing.T) {
	boom := func() { panic("boom") }
	tests := []struct {
		name   string
		change func(*Target)
		left   int
	}{
		{"Sign", func(t *Target) { t.Sign = func(*http.Request) error { boom(); return nil } }, 2},
		{"Join", func(t *Target) { t.Join = func([][]byte) []byte { boom(); return nil } }, 2},
		{"Answer", func(t *Target) { t.Answer = func(int, http.Header, []byte) Answer { boom(); return Answer{} } }, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := newReceiver(t, always(200))
			bad, good := queueWith("1", "2"), queueWith("3")
			target := Target{Name: "bad", URL: server.URL}
			tt.change(&target)
			u := uploaderFor(Config{OnDelivery: func(Delivery) { boom() }}, target, bad)
			with(u, Target{Name: "good", URL: server.URL}, good)
			defer closeNow(t, u)
			for range 2 {
				flush(t, u)
			}
			if bad.len() != tt.left || good.len() != 0 {
				t.Errorf("%d and %d left, want %d and 0", bad.len(), good.len(), tt.left)
			}
			if bad.out != 0 {
				t.Error("a batch was not given back")
			}
			if s := u.Status(); !strings.Contains(s[0].Disabled, "panicked") || s[1].Disabled != "" {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestSignThatFails(t *testing.T) {
	server := newReceiver(t, always(200))
	for name, sign := range map[string]func(*http.Request) error{
		"error":         func(*http.Request) error { return errors.New("no key") },
		"another host":  func(r *http.Request) error { r.URL.Host = "example.com"; return nil },
		"another way":   func(r *http.Request) error { r.URL.Scheme = "ftp"; return nil },
		"no URL at all": func(r *http.Request) error { r.URL = nil; return nil },
	} {
		q := queueWith("1")
		u := uploaderFor(Config{}, Target{Name: "x", URL: server.URL, Sign: sign}, q)
		if _, err := flush(t, u); !errors.Is(err, errSign) {
			t.Errorf("%s: %v", name, err)
		}
		if s := u.Status()[0]; q.len() != 1 || s.Class != "sign" || s.Until.IsZero() {
			t.Errorf("%s: %d left, %+v", name, q.len(), s)
		}
		closeNow(t, u)
	}
	if got := server.received(); len(got) > 0 {
		t.Errorf("sent %q", got)
	}
}

// A queue that cannot be advanced would have its records sent for ever.
func TestQueueThatCannotAdvance(t *testing.T) {
	server := newReceiver(t, always(200))
	q := queueWith("1")
	q.doneErr = errors.New("read-only")
	u := uploaderFor(Config{}, Target{Name: "x", URL: server.URL}, q)
	defer closeNow(t, u)
	for range 3 {
		flush(t, u)
	}
	if got := server.received(); len(got) != 1 {
		t.Errorf("sent %d times", len(got))
	}
}

func TestJoin(t *testing.T) {
	server := newReceiver(t, always(200))
	q := queueWith(numbered(2400)...)
	q.records[1200].ContentType = "text/plain"
	u := uploaderFor(Config{}, Target{Name: "x", URL: server.URL, Join: joinLines}, q)
	defer closeNow(t, u)
	result, err := flush(t, u)
	if err != nil || result.Delivered != 2400 {
		t.Fatalf("%+v, %v", result, err)
	}
	bodies := server.received()
	if d := cmp.Diff(numbered(2400), lines(bodies)); d != "" {
		t.Error(d)
	}
	var sizes []int
	for _, b := range bodies {
		sizes = append(sizes, strings.Count(b, "\n")+1)
	}
	if want := []int{1000, 200, 1, 1000, 199}; !slices.Equal(sizes, want) {
		t.Errorf("requests of %v records, want %v: at most 1000, of one content type", sizes, want)
	}
}

func TestJoinByBytes(t *testing.T) {
	server := newReceiver(t, always(200))
	big := strings.Repeat("x", 200<<10)
	q := queueWith(big, big, big, strings.Repeat("y", 1<<20))
	u := uploaderFor(Config{}, Target{Name: "x", URL: server.URL, Join: joinLines}, q)
	defer closeNow(t, u)
	flush(t, u)
	var sizes []int
	for _, b := range server.received() {
		sizes = append(sizes, len(b)>>10)
	}
	if want := []int{400, 200, 1024}; !slices.Equal(sizes, want) {
		t.Errorf("bodies of %v KiB, want %v", sizes, want)
	}
}

func TestGzip(t *testing.T) {
	server := newReceiver(t, always(200))
	q := queueWith(numbered(100)...)
	var told []Delivery
	u := uploaderFor(Config{OnDelivery: func(d Delivery) { told = append(told, d) }},
		Target{Name: "x", URL: server.URL, Join: joinLines, MaxJoin: 50, Gzip: gzip.New}, q)
	defer closeNow(t, u)
	flush(t, u)
	var plain []string
	for i, b := range server.received() {
		if server.heads[i].Get("Content-Encoding") != "gzip" {
			t.Fatalf("not compressed: %v", server.heads[i])
		}
		plain = append(plain, unzip(t, b))
	}
	if d := cmp.Diff(numbered(100), lines(plain)); d != "" {
		t.Error(d)
	}
	if len(told) != 2 || told[1].Bytes >= 50*25/2 || told[1].Bytes != len(server.received()[1]) {
		t.Errorf("%+v", told)
	}
}

func unzip(t *testing.T, text string) string {
	t.Helper()
	r, err := stdgzip.NewReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A listener may look at the body, which is the queue's memory, during the call.
func TestListenerSeesTheBody(t *testing.T) {
	for name, change := range map[string]func(*Target){
		"one":    func(*Target) {},
		"joined": func(t *Target) { t.Join = func(bodies [][]byte) []byte { return bodies[0] } },
		"zipped": func(t *Target) { t.Gzip = gzip.New },
	} {
		for _, code := range []int{200, 404, 500} {
			body := strings.Repeat("x", 300)
			target := Target{Name: "x", URL: newReceiver(t, always(code)).URL}
			change(&target)
			u := uploaderFor(Config{OnDelivery: func(d Delivery) {
				if string(d.Body) != body {
					t.Errorf("%s, %d: the body is %.20q", name, code, d.Body)
				}
			}}, target, queueWith(body))
			flush(t, u)
			closeNow(t, u)
		}
	}
}

func TestAnswerIsBounded(t *testing.T) {
	var got []byte
	url := served(t, func(w http.ResponseWriter, _ *http.Request) { w.Write(bytes.Repeat([]byte("x"), 1<<20)) })
	q := queueWith("1")
	u := uploaderFor(Config{}, Target{Name: "x", URL: url, Answer: func(code int, _ http.Header, body []byte) Answer {
		got = slices.Clone(body)
		return Answer{Dropped: 5}
	}}, q)
	defer closeNow(t, u)
	if _, err := flush(t, u); err != nil {
		t.Fatal(err)
	}
	if len(got) != maxAnswer || q.len() != 0 || q.Dropped() != 5 {
		t.Errorf("%d bytes of answer, %d left, %d dropped", len(got), q.len(), q.Dropped())
	}
}
