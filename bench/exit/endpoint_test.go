//go:build linux

package exit

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

// endpoint is a state of the network, as a host sees it.
type endpoint struct {
	name  string
	url   string
	waits bool // clients without a spool wait for seconds
}

// endpoints are those of the table. The ones that need a server live as long as
// the test.
func endpoints(t *testing.T) []endpoint {
	all := []endpoint{
		{name: "healthy", url: answering(t, http.StatusOK)},
		{name: "refused", url: "http://" + refusing(t)},
		{name: "503", url: answering(t, http.StatusServiceUnavailable), waits: true},
		{name: "silent", url: "http://" + accepting(t), waits: true},
	}
	if err := resolveNothing(t); err != nil {
		t.Logf("names are resolved as ever, so that endpoint is left out: %v", err)
		return all
	}
	return append(all, endpoint{name: "never resolving", url: "https://telemetry.example.com", waits: true})
}

func answering(t *testing.T, status int) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func refusing(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// accepting takes connections and never says a word.
func accepting(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = c.Close() })
		}
	}()
	return l.Addr().String()
}
