package e2e

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// sleeper accepts requests and answers none until it wakes up.
type sleeper struct {
	*receiver
	awake chan struct{}
}

func newSleeper(t *testing.T) *sleeper {
	s := &sleeper{&receiver{status: http.StatusOK, bodies: map[string][][]byte{}}, make(chan struct{})}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// ServeHTTP reads the body first, as the server sees only then that a client has
// gone.
func (s *sleeper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	select {
	case <-s.awake:
		s.receiver.ServeHTTP(w, r)
	case <-r.Context().Done():
	}
}
