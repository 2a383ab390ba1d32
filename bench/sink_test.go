package bench

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// refused is where nobody listens.
const refused = "http://127.0.0.1:9"

// sink takes whatever is sent to it, and keeps it to be looked at when the clock
// stands still.
type sink struct {
	*httptest.Server
	mu     sync.Mutex
	bodies [][]byte
	wire   int

	accepted string // what it says in Accept-Encoding; empty: nothing
}

func newSink(b *testing.B) *sink {
	s := &sink{}
	s.Server = httptest.NewServer(s)
	b.Cleanup(s.Close)
	return s
}

func (s *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.accepted != "" {
		w.Header().Set("Accept-Encoding", s.accepted)
	}
	body := make([]byte, 0, max(r.ContentLength, 512))
	into := bytes.NewBuffer(body)
	_, _ = into.ReadFrom(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bodies = append(s.bodies, into.Bytes())
	s.wire += into.Len()
}

// plain are the bodies as they were before compression.
func (s *sink) plain(b *testing.B) [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all [][]byte
	for _, body := range s.bodies {
		if zip, err := gzip.NewReader(bytes.NewReader(body)); err == nil {
			if body, err = io.ReadAll(zip); err != nil {
				b.Fatal(err)
			}
		}
		all = append(all, body)
	}
	return all
}
