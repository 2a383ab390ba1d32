package upload

import (
	"bytes"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// lockedBuffer collects what net/http prints.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *lockedBuffer) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

// Nothing that a server says out of turn may show up in the host's log, which is
// its standard error.
func TestServersThatSpeakOutOfTurn(t *testing.T) {
	const ok, more = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 400 Bad Request\r\n\r\n"
	tests := []struct {
		name  string
		first string // before any request
		after []string
		left  int
	}{
		{"behind the answer", "", []string{ok + more}, 0},
		{"behind an answer without body", "", []string{"HTTP/1.1 204 No Content\r\n\r\n" + more}, 0},
		{"later", "", []string{ok, more}, 0},
		{"first", "220 mail.example ESMTP\r\n", []string{ok}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var printed lockedBuffer
			defer log.SetOutput(log.Writer())
			log.SetOutput(&printed)
			said := make(chan struct{}, 10)
			url := serveTalk(t, tt.first, tt.after, said)
			q := queueWith("1")
			u := uploaderFor(Config{Timeout: time.Minute}, Target{Name: "x", URL: url}, q)
			flush(t, u)
			<-said
			closeNow(t, u)
			if text := printed.text(); text != "" {
				t.Errorf("printed: %s", text)
			}
			if q.len() != tt.left {
				t.Errorf("%d left, want %d", q.len(), tt.left)
			}
		})
	}
}

// serveTalk says first, reads one request, and says the rest with a pause in
// between. Then it waits until the client hangs up.
func serveTalk(t *testing.T, first string, rest []string, said chan<- struct{}) string {
	return serveTCP(t, func(c net.Conn) {
		io.WriteString(c, first)
		readRequest(c)
		for i, text := range rest {
			if i > 0 {
				<-time.After(50 * time.Millisecond)
			}
			io.WriteString(c, text)
		}
		said <- struct{}{}
		untilClosed(c)
	})
}

// A connection is used again, request by request.
func TestConnectionsAreUsedAgain(t *testing.T) {
	for _, code := range []int{200, 204} {
		server := newReceiver(t, always(code))
		q := queueWith(numbered(20)...)
		u := uploaderFor(Config{}, Target{Name: "x", URL: server.URL}, q)
		if result, err := flush(t, u); err != nil || result.Delivered != 20 {
			t.Fatalf("%+v, %v", result, err)
		}
		closeNow(t, u)
		<-server.closed
		if n := len(server.closed); n != 0 {
			t.Errorf("%d: %d more connections were used", code, n)
		}
	}
}

func TestOverTLS(t *testing.T) {
	var got lockedBuffer
	from := map[string]bool{}
	server := tlsServerWith(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(&got, r.Body)
		from[r.RemoteAddr] = true
	}))
	q := queueWith("1", "2", "3")
	u := uploaderFor(Config{RootCAs: rootsOf(server)}, Target{Name: "x", URL: server.URL}, q)
	defer closeNow(t, u)
	if result, err := flush(t, u); err != nil || result.Delivered != 3 || got.text() != "123" {
		t.Errorf("%+v, %v, received %q", result, err, got.text())
	}
	if len(from) != 1 {
		t.Errorf("%d connections were used, want 1", len(from))
	}
}

// Nothing that the other side says gets into an error, which is told to the
// user and written down: it may be what it was told.
func TestErrorsQuoteNobody(t *testing.T) {
	echo := func(c net.Conn) { io.Copy(c, c) }
	long := func(c net.Conn) {
		io.WriteString(c, "HTTP/1.1 200 OK\r\n"+strings.Repeat("s3cret", 10000)+"\r\n\r\n")
		untilClosed(c)
	}
	for name, serve := range map[string]func(*testing.T, *Config) string{
		"an echo":        func(t *testing.T, _ *Config) string { return serveTCP(t, echo) + "?s3cret" },
		"a long header":  raw(long),
		"an odd status":  raw(saying("HTTP/1.1 s3cret\r\n\r\n")),
		"an odd length":  raw(saying("HTTP/1.1 200 OK\r\nContent-Length: s3cret\r\n\r\n")),
		"an echo of TLS": func(t *testing.T, _ *Config) string { return strings.Replace(serveTCP(t, echo), "http:", "https:", 1) },
		"a proxy":        func(t *testing.T, config *Config) string { return throughProxy(t, config, long) },
	} {
		t.Run(name, func(t *testing.T) {
			var told Delivery
			config := Config{Timeout: time.Minute, OnDelivery: func(d Delivery) { told = d }}
			url := serve(t, &config)
			u := uploaderFor(config, Target{Name: "x", URL: url}, queueWith("1"))
			defer closeNow(t, u)
			if _, err := flush(t, u); err == nil || strings.Contains(err.Error(), "s3cret") || len(err.Error()) > 200 {
				t.Errorf("%.300v", err)
			}
			if told.Err == nil || told.Fate != Kept {
				t.Errorf("%v, %.300v", told.Fate, told.Err)
			}
		})
	}
}
