// Package receiver is the other end of the three routes, on loopback: it takes what is posted, keeps it, and reads it as a
// Collector, a Sentry and a Segment would.
package receiver

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Receiver answers 200 to every POST. It listens on loopback only.
type Receiver struct {
	// URL is where it listens, without a path.
	URL string

	server *http.Server
	served chan error

	mu       sync.Mutex
	received []Request
}

// Request is what was posted once.
type Request struct {
	Path   string
	Header http.Header
	Wire   int    // bytes, as they came
	Body   []byte // unpacked
}

// largest is how much is read of a request, packed and unpacked.
const largest = 64 << 20

// Start listens on a free port of the loopback interface until Close.
func Start() (*Receiver, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("receiver: %w", err)
	}
	r := &Receiver{URL: "http://" + listener.Addr().String(), served: make(chan error, 1)}
	r.server = &http.Server{Handler: http.HandlerFunc(r.serve), ReadTimeout: 10 * time.Second}
	go func() { r.served <- r.server.Serve(listener) }()
	return r, nil
}

// Close ends the server and waits for it.
func (r *Receiver) Close() error {
	err := r.server.Close()
	if served := <-r.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// Requests are those that came so far to a path with this prefix, oldest first.
func (r *Receiver) Requests(prefix string) []Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []Request
	for _, q := range r.received {
		if strings.HasPrefix(q.Path, prefix) {
			found = append(found, q)
		}
	}
	return found
}

func (r *Receiver) serve(w http.ResponseWriter, q *http.Request) {
	wire, err := io.ReadAll(io.LimitReader(q.Body, largest))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	body, err := unpack(wire, q.Header.Get("Content-Encoding"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	r.received = append(r.received, Request{Path: q.URL.Path, Header: q.Header, Wire: len(wire), Body: body})
	r.mu.Unlock()
	w.Header().Set("Content-Type", q.Header.Get("Content-Type"))
}

func unpack(wire []byte, encoding string) ([]byte, error) {
	if encoding != "gzip" {
		return wire, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(wire))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, largest))
}
