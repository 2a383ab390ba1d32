package upload

import (
	"bytes"
	"io"
	"log"
	"net"
	"net/http"
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
			over := make(chan struct{}, 10)
			url := serveTalk(t, tt.first, tt.after, over)
			q := queueWith("1")
			u := uploaderFor(Config{Timeout: time.Minute}, Target{Name: "x", URL: url}, q)
			flush(t, u)
			<-over // all was said, and the client has hung up
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
func serveTalk(t *testing.T, first string, rest []string, over chan<- struct{}) string {
	return serveTCP(t, func(c net.Conn) {
		defer func() { over <- struct{}{} }()
		io.WriteString(c, first)
		readRequest(c)
		for i, text := range rest {
			if i > 0 {
				<-time.After(50 * time.Millisecond)
			}
			io.WriteString(c, text)
		}
		untilClosed(c)
	})
}

// A connection is used again although it is watched.
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
