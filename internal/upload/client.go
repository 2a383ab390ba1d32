package upload

import (
	"io"
	"net/http"
	"sync"
	"time"
)

// maxRest is how long a connection is kept for the next request.
const maxRest = 30 * time.Second

// client makes the requests of one target, one after the other, over a
// connection that it keeps in between. It follows no redirect and decompresses
// nothing. It repeats a request once, where the server had hung up on the
// connection that was kept.
//
// It is made of how net/http writes a request and reads an answer, without its
// Transport. That one is made for many requests at once: it goes on for one that
// was given up, prints what a server says out of turn, and brings HTTP/2, which
// is 600 KB of a small program.
type client struct {
	dialer *dialer

	mu     sync.Mutex
	kept   *conn // at rest
	closed bool
}

// do makes a request, within its context up to the end of the answer's body,
// which has to be closed. The request's own body is not read afterwards.
func (c *client) do(req *http.Request) (*http.Response, error) {
	if kept := c.take(); kept != nil {
		res, err := c.over(kept, req)
		if err == nil || kept.heard() || !lost(err) || req.Context().Err() != nil {
			return res, err
		}
		if req.Body, err = req.GetBody(); err != nil {
			return nil, err
		}
	}
	fresh, err := c.dialer.dial(req.Context(), req.URL)
	if err != nil {
		return nil, err
	}
	return c.over(newConn(fresh), req)
}

// over makes a request over a connection, and keeps that if it can be used
// again.
func (c *client) over(used *conn, req *http.Request) (*http.Response, error) {
	res, err := used.exchange(req)
	if err != nil {
		used.hangUp()
		return nil, err
	}
	res.Body = &answer{body: res.Body, over: func(ended bool) {
		if ended && !res.Close && used.done() {
			c.keep(used)
		} else {
			used.hangUp()
		}
	}}
	return res, nil
}

// keep puts a connection to rest, for a while.
func (c *client) keep(used *conn) {
	used.end = time.AfterFunc(maxRest, c.drop)
	c.mu.Lock()
	c.kept = used
	closed := c.closed
	c.mu.Unlock()
	if closed {
		c.drop()
	}
}

// take returns the connection that was kept, if it is still good.
func (c *client) take() *conn {
	c.mu.Lock()
	kept := c.kept
	c.kept = nil
	c.mu.Unlock()
	if kept == nil || kept.wake() {
		return kept
	}
	kept.hangUp()
	return nil
}

// drop ends the connection that is kept, whichever that is by now.
func (c *client) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept != nil {
		c.kept.end.Stop()
		c.kept.hangUp()
		c.kept = nil
	}
}

// close ends the connection that is kept, and any that would be kept later.
func (c *client) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.drop()
}

// answer is the body of a response. Closing it says whether it came to its end.
type answer struct {
	body  io.Reader
	ended bool
	over  func(ended bool)
}

func (a *answer) Read(p []byte) (int, error) {
	n, err := a.body.Read(p)
	a.ended = a.ended || err == io.EOF
	return n, err
}

func (a *answer) Close() error {
	a.over(a.ended)
	return nil
}
