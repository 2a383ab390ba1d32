package upload

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelbridge/otelbridge-go/internal/gzip"
)

func TestAcceptsGzip(t *testing.T) {
	for _, tt := range []struct {
		values []string
		want   bool
	}{
		{[]string{"gzip"}, true},
		{[]string{"GZIP;q=0.5"}, true},
		{[]string{"br, x-gzip"}, true},
		{[]string{"br", "gzip ; q = 1"}, true},
		{[]string{"gzip;q=0"}, false},
		{[]string{"gzip;Q=0.000, br"}, false},
		{[]string{"gzip;level=0"}, true},
		{[]string{"gzip;q=much"}, true},
		{[]string{"identity"}, false},
		{[]string{""}, false},
		{[]string{"gzipped"}, false},
	} {
		for _, known := range []bool{true, false} {
			if got := acceptsGzip(http.Header{"Accept-Encoding": tt.values}, known); got != tt.want {
				t.Errorf("%q: %v, want %v", tt.values, got, tt.want)
			}
		}
	}
	for _, known := range []bool{true, false} {
		if got := acceptsGzip(http.Header{"Accept": {"gzip"}}, known); got != known {
			t.Errorf("an answer that says nothing: %v, want %v", got, known)
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
// process, until a 415 takes it back; the records of that one go again at once, as
// they are, and the endpoint has not failed.
func TestGzipWhenAccepted(t *testing.T) {
	dir := t.TempDir()
	steps := []step{
		{"", 200, ""},
		{"", 200, "br, gzip"},
		{"gzip", 200, ""},
		{"gzip", 503, ""}, // the next process knows it still
		{"gzip", 200, ""},
		{"gzip", 415, ""},
		{"", 200, ""},
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
	all := numbered(320)
	q := queueWith(all...)
	failures := 0
	for q.len() > 0 {
		u := uploaderFor(Config{Dir: dir, Force: true, OnDelivery: func(d Delivery) {
			if d.Fate == Kept {
				failures++
			}
		}}, Target{Name: "x", URL: url, Join: joinLines, MaxJoin: 40, Gzip: gzip.New, GzipWhenAccepted: true}, q)
		_, _ = flush(t, u)
		closeNow(t, u)
	}
	if diff := cmp.Diff(steps, got, cmp.AllowUnexported(step{})); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(all, lines(bodies)); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	if failures != 1 {
		t.Errorf("%d requests count as failed, want the 503 alone", failures)
	}
}

// A 415 to a body that is not compressed, or is because the route knows its
// endpoint, says something else.
func TestUnsupportedMediaTypeOtherwise(t *testing.T) {
	for name, target := range map[string]Target{
		"plain":  {GzipWhenAccepted: true},
		"always": {},
	} {
		q := queueWith(strings.Repeat("1", 2*tooSmallToZip))
		target.Name, target.URL, target.Gzip = "x", newReceiver(t, always(415)).URL, gzip.New
		u := uploaderFor(Config{}, target, q)
		if result, err := flush(t, u); err != nil || result.Dropped != 1 || result.Requests != 1 || q.len() != 0 {
			t.Errorf("%s: %+v, %v, %d left", name, result, err, q.len())
		}
		closeNow(t, u)
	}
}
