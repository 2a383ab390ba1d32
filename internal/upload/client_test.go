package upload

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// resting is a connection at rest and its other end, in fake time.
func resting(t *testing.T) (c *conn, other net.Conn) {
	here, other := net.Pipe()
	t.Cleanup(func() { other.Close() })
	c = newConn(here)
	c.rest()
	synctest.Wait()
	return c, other
}

func TestConnectionAtRest(t *testing.T) {
	for name, tt := range map[string]struct {
		meanwhile func(c *conn, other net.Conn)
		good      bool
	}{
		"nothing":     {func(*conn, net.Conn) {}, true},
		"short":       {func(*conn, net.Conn) { time.Sleep(maxRest - 1) }, true},
		"long":        {func(*conn, net.Conn) { time.Sleep(maxRest) }, false},
		"hung up":     {func(_ *conn, other net.Conn) { other.Close() }, false},
		"just now":    {func(c *conn, other net.Conn) { c.wanted.Store(true); io.WriteString(other, "x") }, false},
		"out of turn": {func(_ *conn, other net.Conn) { io.WriteString(other, "HTTP/1.1 400 Bad Request\r\n\r\n") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, other := resting(t)
				tt.meanwhile(c, other)
				synctest.Wait()
				if good := c.wake(); good != tt.good {
					t.Fatalf("good %v, want %v", good, tt.good)
				}
				if !tt.good {
					return
				}
				go io.WriteString(other, "x")
				if _, err := io.ReadFull(c, make([]byte, 1)); err != nil {
					t.Errorf("it cannot be read from: %v", err)
				}
				c.Close()
			})
		})
	}
}

// What a server says behind an answer is not the answer to the next request.
func TestNothingIsTakenForAnAnswer(t *testing.T) {
	url := serveTCP(t, func(c net.Conn) {
		readRequest(c)
		io.WriteString(c, "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\n")
		c.SetReadDeadline(time.Now().Add(time.Minute))
		readRequest(c)
	})
	q := queueWith("1", "2")
	u := uploaderFor(Config{Timeout: time.Minute}, Target{Name: "x", URL: url}, q)
	if result, err := flush(t, u); err != nil || result.Delivered != 2 || q.Dropped() > 0 {
		t.Errorf("%+v, %v, %d dropped", result, err, q.Dropped())
	}
	closeNow(t, u)
}

// A connection that ends with its answer, by what the server says or because the
// answer is not read to its end, serves no other request.
func TestConnectionsNotUsedAgain(t *testing.T) {
	for name, tt := range map[string]struct {
		answer string
		kept   bool
	}{
		"good":         {"HTTP/1.1 204 No Content\r\n\r\n", true},
		"closing":      {"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", false},
		"HTTP/1.0":     {"HTTP/1.0 204 No Content\r\n\r\n", false},
		"more to read": {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			c := &client{dialer: newDialer(Config{})}
			defer c.close()
			res, err := c.do(post(t, serveRaw(t, saying(tt.answer))))
			if err != nil {
				t.Fatal(err)
			}
			if res.ContentLength == 0 {
				io.ReadAll(res.Body)
			}
			res.Body.Close()
			if kept := c.kept.Load() != nil; kept != tt.kept {
				t.Errorf("kept %v, want %v", kept, tt.kept)
			}
		})
	}
}

func post(t *testing.T, url string) *http.Request {
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// deaf is a connection that has an answer and takes no request.
type deaf struct {
	net.Conn
	answer io.Reader
}

func (d deaf) Read(p []byte) (int, error) { return d.answer.Read(p) }
func (deaf) Write([]byte) (int, error)    { return 0, io.ErrClosedPipe }
func (deaf) SetDeadline(time.Time) error  { return nil }

func TestAnswerToWhatWasNotSent(t *testing.T) {
	c := newConn(deaf{answer: strings.NewReader("HTTP/1.1 204 No Content\r\n\r\n")})
	if res, err := c.exchange(post(t, anywhere)); err != nil || !res.Close {
		t.Errorf("%+v, %v: want an answer, and an end to the connection", res, err)
	}
	c = newConn(deaf{answer: strings.NewReader("")})
	if _, err := c.exchange(post(t, anywhere)); err != io.ErrClosedPipe {
		t.Errorf("%v, want what kept it from being sent", err)
	}
}

// A server that refuses early and hangs up has been heard.
func TestAnswerBeforeTheEndOfTheRequest(t *testing.T) {
	url := serveTCP(t, func(c net.Conn) {
		io.ReadFull(c, make([]byte, 100))
		io.WriteString(c, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
	})
	q := queueWith(strings.Repeat("x", 16<<20))
	u := uploaderFor(Config{Timeout: time.Minute}, Target{Name: "x", URL: url}, q)
	defer closeNow(t, u)
	flush(t, u)
	if s := u.Status()[0]; s.Status != http.StatusUnauthorized || q.len() != 1 {
		t.Errorf("%+v, %d left", s, q.len())
	}
}
