package upload

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A connection at rest ends after a while, and with the client.
func TestRest(t *testing.T) {
	for name, tt := range map[string]struct {
		meanwhile func(*client)
		open      bool
	}{
		"short":  {func(*client) { time.Sleep(maxRest - 1) }, true},
		"long":   {func(*client) { time.Sleep(maxRest) }, false},
		"closed": {func(c *client) { c.close() }, false},
		"used":   {func(c *client) { time.Sleep(maxRest / 2); c.keep(c.take()); time.Sleep(maxRest - 1) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				here, there := net.Pipe()
				defer there.Close()
				used, c := newConn(here), &client{}
				used.stop = func() bool { return true }
				c.keep(used)
				tt.meanwhile(c)
				synctest.Wait()
				there.SetReadDeadline(time.Now())
				_, err := there.Read(make([]byte, 1))
				if open := err != io.EOF; open != tt.open || open != (c.take() == used) {
					t.Errorf("open %v (%v), want %v", open, err, tt.open)
				}
				here.Close()
			})
		})
	}
}

// What a server says behind an answer is not the answer to the next request.
func TestNothingIsTakenForAnAnswer(t *testing.T) {
	const both = "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\n"
	url := serveTCP(t, func(c net.Conn) {
		readRequest(c)
		io.WriteString(c, both)
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
		"refusing":     {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", true},
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
			if kept := c.take() != nil; kept != tt.kept {
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

// A server may hang up on a connection that is kept just when the next request
// is on its way. It has not refused that.
func TestRepeatOnANewConnection(t *testing.T) {
	const ok = "HTTP/1.1 204 No Content\r\n\r\n"
	for name, tt := range map[string]struct {
		says      []string // on each connection, a request each; "" hangs up
		requests  int64
		delivered int
	}{
		"hung up":           {[]string{ok, ""}, 3, 2},
		"hung up each time": {[]string{""}, 1, 0},
		"began to answer":   {[]string{ok, "HTTP/1.1 204 No Content\r\n"}, 2, 1},
		"said nonsense":     {[]string{ok, "220 mail.example ESMTP\r\n"}, 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var requests atomic.Int64
			url := serveTCP(t, func(c net.Conn) {
				in := bufio.NewReader(c)
				for _, text := range tt.says {
					req, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					requests.Add(1)
					if text != "" {
						io.Copy(io.Discard, req.Body)
						io.WriteString(c, text)
					}
				}
			})
			q := queueWith("1", strings.Repeat("2", 16<<20))
			u := uploaderFor(Config{Timeout: time.Minute}, Target{Name: "x", URL: url}, q)
			result, err := flush(t, u)
			if n := requests.Load(); n != tt.requests || result.Delivered != tt.delivered || (err == nil) != (tt.delivered == 2) {
				t.Errorf("%d requests, %+v, %v", n, result, err)
			}
			closeNow(t, u)
		})
	}
}

// That a server hangs up behind each answer without saying so costs a
// connection a request, and nothing else.
func TestServerThatHangsUpUnsaid(t *testing.T) {
	url := serveTCP(t, func(c net.Conn) {
		readRequest(c)
		io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	})
	u := uploaderFor(Config{Timeout: time.Minute}, Target{Name: "x", URL: url}, queueWith(numbered(60)...))
	if result, err := flush(t, u); err != nil || result.Delivered != 60 {
		t.Errorf("%+v, %v", result, err)
	}
	closeNow(t, u)
}
