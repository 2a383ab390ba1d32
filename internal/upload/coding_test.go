package upload

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelbridge/otelbridge-go/internal/gzip"
)

func TestCodingOf(t *testing.T) {
	for _, tt := range []struct {
		values []string
		want   string
	}{
		{[]string{"gzip"}, gzipCoding},
		{[]string{"GZIP;q=0.5"}, gzipCoding},
		{[]string{"br, x-gzip"}, gzipCoding},
		{[]string{"br", "gzip ; q = 1"}, gzipCoding},
		{[]string{"gzip;q=0"}, noCoding},
		{[]string{"gzip;Q=0.000, br"}, noCoding},
		{[]string{"gzip;q=0, x-gzip"}, gzipCoding},
		{[]string{"gzip;level=0"}, gzipCoding},
		{[]string{"gzip;q=much"}, gzipCoding},
		{[]string{"identity"}, noCoding},
		{[]string{""}, noCoding},
		{[]string{"gzipped"}, noCoding},
	} {
		for _, known := range []string{"", gzipCoding, noCoding} {
			if got := codingOf(http.Header{"Accept-Encoding": tt.values}, known); got != tt.want {
				t.Errorf("%q: %q, want %q", tt.values, got, tt.want)
			}
		}
	}
	for _, known := range []string{"", gzipCoding, noCoding} {
		if got := codingOf(http.Header{"Accept": {"gzip"}}, known); got != known {
			t.Errorf("an answer that says nothing: %q, want %q", got, known)
		}
	}
}

// step is a request and what it is answered.
type step struct {
	coding string // of the request
	status int
	says   string // in Accept-Encoding
}

// Bodies are compressed from the answer on that offers it, also by the next
// process, until an answer takes it back or is no success: then the same records
// go again as they are, at once where they would be dropped or searched.
func TestGzipWhenAccepted(t *testing.T) {
	dir := t.TempDir()
	steps := []step{
		{"", 200, ""},
		{"", 200, "br, gzip"},
		{"gzip", 200, ""},
		{"gzip", 200, ""},
		{"gzip", 415, ""},
		{"", 200, ""},
		{"", 200, "gzip"},
		{"gzip", 400, "gzip"}, // a proxy said so, the program behind it cannot
		{"", 200, "gzip"},
		{"gzip", 503, "gzip"},
		{"", 429, "gzip"},
		{"", 200, "gzip"},
		{"gzip", 200, "gzip;q=0"},
		{"", 200, ""},
	}
	var got []step
	var bodies []string
	url := served(t, func(w http.ResponseWriter, r *http.Request) {
		s := steps[min(len(got), len(steps)-1)]
		body, _ := io.ReadAll(r.Body)
		text := string(body)
		if s.coding = r.Header.Get("Content-Encoding"); s.coding == "gzip" {
			text = unzip(t, text)
		}
		got = append(got, s)
		if s.says != "" {
			w.Header().Set("Accept-Encoding", s.says)
		}
		w.WriteHeader(s.status)
		if s.status == 200 {
			bodies = append(bodies, text)
		}
	})
	all := numbered(10 * 40)
	q := queueWith(all...)
	failures := 0
	for q.len() > 0 {
		u := uploaderFor(Config{Dir: dir, Force: true, OnDelivery: func(d Delivery) {
			if d.Fate == Kept {
				failures++
			}
		}}, Target{Name: "x", URL: url, Join: joinLines, MaxJoin: 40, Gzip: gzip.New, GzipWhenAccepted: true}, q)
		_, _ = u.pass(t.Context(), bounds{requests: 2, bytes: 1 << 20}, u.targets...)
		closeNow(t, u)
	}
	if diff := cmp.Diff(steps, got, cmp.AllowUnexported(step{})); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(all, lines(bodies)); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	if failures != 2 {
		t.Errorf("%d requests count as failed, want the 503 and the 429", failures)
	}
}

// A route that compresses as it likes stops when it is told to, and loses nothing.
func TestEndpointThatTakesNoGzip(t *testing.T) {
	dir := t.TempDir()
	var codings, bodies []string
	url := served(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		codings = append(codings, r.Header.Get("Content-Encoding"))
		if r.Header.Get("Content-Encoding") != "" {
			w.WriteHeader(http.StatusUnsupportedMediaType)
			return
		}
		bodies = append(bodies, string(body))
	})
	all := numbered(120)
	q := queueWith(all...)
	for q.len() > 0 {
		u := uploaderFor(Config{Dir: dir}, Target{Name: "x", URL: url, Join: joinLines, MaxJoin: 40, Gzip: gzip.New}, q)
		if _, err := u.pass(t.Context(), bounds{requests: 2, bytes: 1 << 20}, u.targets...); err != nil {
			t.Fatal(err)
		}
		closeNow(t, u)
	}
	if diff := cmp.Diff([]string{"gzip", "", "", ""}, codings); diff != "" {
		t.Errorf("codings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(all, lines(bodies)); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

// A wrong coding is no success that would end a backoff.
func TestWrongCodingKeepsTheBackoff(t *testing.T) {
	dir := t.TempDir()
	server := newReceiver(t, func(n int) int { return []int{503, 415, 503}[min(n-1, 2)] })
	q := queueWith(strings.Repeat("1", 2*tooSmallToZip))
	for range 2 {
		u := uploaderFor(Config{Dir: dir, Force: true}, Target{Name: "x", URL: server.URL, Gzip: gzip.New}, q)
		_, _ = flush(t, u)
		closeNow(t, u)
	}
	u := uploaderFor(Config{Dir: dir}, Target{Name: "x", URL: server.URL}, q)
	defer closeNow(t, u)
	if st := u.Status()[0]; st.Failures != 2 || len(server.received()) != 3 {
		t.Errorf("%d failures in a row after %d requests", st.Failures, len(server.received()))
	}
}

// A 415 that is not about compression drops what it is about.
func TestUnsupportedMediaTypeOtherwise(t *testing.T) {
	for name, tt := range map[string]struct {
		target   Target
		requests int
	}{
		"plain":  {Target{GzipWhenAccepted: true, Gzip: gzip.New}, 1},
		"always": {Target{Gzip: gzip.New}, 2},
		"never":  {Target{}, 1},
	} {
		q := queueWith(strings.Repeat("1", 2*tooSmallToZip))
		tt.target.Name, tt.target.URL = "x", newReceiver(t, always(415)).URL
		u := uploaderFor(Config{}, tt.target, q)
		if result, err := flush(t, u); err != nil || result.Dropped != 1 || result.Requests != tt.requests || q.len() != 0 {
			t.Errorf("%s: %+v, %v, %d left", name, result, err, q.len())
		}
		closeNow(t, u)
	}
}
