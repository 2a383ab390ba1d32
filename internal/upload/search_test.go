package upload

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// picky refuses a request with a bad record in it and takes any other.
type picky struct {
	code     int
	requests int
	taken    []string
}

func (p *picky) RoundTrip(req *http.Request) (*http.Response, error) {
	defer req.Body.Close()
	data, _ := io.ReadAll(req.Body)
	p.requests++
	if strings.Contains(string(data), "bad") {
		return status(p.code), nil
	}
	p.taken = append(p.taken, lines([]string{string(data)})...)
	return status(200), nil
}

// flushAll makes passes until nothing is left, and returns how many records were
// dropped.
func flushAll(t *testing.T, u *Uploader) (dropped int) {
	t.Helper()
	for more := true; more; {
		result, err := flush(t, u)
		if err != nil {
			t.Fatal(err)
		}
		more = result.More
		dropped += result.Dropped
	}
	return dropped
}

// One bad record costs none of those that were joined with it, and few requests.
func TestBadRecordIsFound(t *testing.T) {
	tests := []struct {
		name string
		bad  []int
		code int
	}{
		{"none", nil, 400},
		{"first", []int{0}, 400},
		{"second", []int{1}, 400},
		{"middle", []int{500}, 400},
		{"last of a request", []int{999}, 400},
		{"first of the next", []int{1000}, 400},
		{"last", []int{1999}, 422},
		{"neighbours", []int{400, 401}, 400},
		{"far apart", []int{12, 800, 1920}, 400},
		{"every 200th", []int{0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800}, 422},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			all := numbered(2000)
			for _, i := range tt.bad {
				all[i] = fmt.Sprint("bad", i)
			}
			endpoint := &picky{code: tt.code}
			q := queueWith(all...)
			u := uploaderFor(Config{Transport: endpoint.RoundTrip}, Target{Name: "x", URL: anywhere, Join: joinLines}, q)
			defer closeNow(t, u)
			dropped := flushAll(t, u)
			good := slices.DeleteFunc(all, func(s string) bool { return strings.HasPrefix(s, "bad") })
			if d := cmp.Diff(good, endpoint.taken); d != "" {
				t.Errorf("good records, each once and in order: %s", d)
			}
			if dropped != len(tt.bad) || q.len() != 0 {
				t.Errorf("%d dropped, %d left, want %d and 0", dropped, q.len(), len(tt.bad))
			}
			if most := 3 + 11*len(tt.bad); endpoint.requests > most {
				t.Errorf("%d requests, want at most %d", endpoint.requests, most)
			}
		})
	}
}

// An endpoint that takes nothing is not asked about each record, and gets a new
// chance when it takes something.
func TestEndpointThatRefusesEverything(t *testing.T) {
	const records, most = 5000, 6 + 32 // 5 requests of 1000, what is left of one, and 32 for nothing
	endpoint := &picky{code: 400}
	q := queueWith(slices.Repeat([]string{"bad"}, records)...)
	u := uploaderFor(Config{Transport: endpoint.RoundTrip}, Target{Name: "x", URL: anywhere, Join: joinLines}, q)
	defer closeNow(t, u)
	if dropped := flushAll(t, u); q.len() != 0 || dropped != records {
		t.Errorf("%d left, %d dropped", q.len(), dropped)
	}
	if endpoint.requests > most {
		t.Errorf("%d requests, want no more than %d", endpoint.requests, most)
	}
	for _, text := range []string{"mended", "bad", "good"} {
		q.add(queueWith(text).records[0])
		if text == "mended" {
			flushAll(t, u)
		}
	}
	flushAll(t, u)
	if d := cmp.Diff([]string{"mended", "good"}, endpoint.taken); d != "" {
		t.Error(d)
	}
}
