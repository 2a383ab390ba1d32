package upload

import (
	"io"
	"net/http"
	"sync/atomic"
)

// client makes the requests of one target, one after the other, over a
// connection that it keeps in between. It follows no redirect, decompresses
// nothing and repeats nothing.
//
// It is made of how net/http writes a request and reads an answer, without its
// Transport. That one is made for many requests at once: it goes on for one that
// was given up, prints what a server says out of turn, and brings HTTP/2, which
// is 600 KB of a small program.
type client struct {
	dialer *dialer
	kept   atomic.Pointer[conn] // at rest
	closed atomic.Bool
}

// do makes a request, within its context up to the end of the answer's body,
// which has to be closed.
func (c *client) do(req *http.Request) (*http.Response, error) {
	used, err := c.connection(req)
	if err != nil {
		_ = req.Body.Close()
		return nil, err
	}
	res, err := used.exchange(req)
	if err != nil {
		used.hangUp()
		return nil, err
	}
	res.Body = &answer{body: res.Body, over: func(ended bool) {
		if ended && !res.Close && used.over() {
			c.keep(used)
		} else {
			used.hangUp()
		}
	}}
	return res, nil
}

// connection is the one that was kept, if it is still good, or a new one.
func (c *client) connection(req *http.Request) (*conn, error) {
	if kept := c.kept.Swap(nil); kept != nil && kept.wake() {
		return kept, nil
	}
	fresh, err := c.dialer.dial(req.Context(), req.URL)
	if err != nil {
		return nil, err
	}
	return newConn(fresh), nil
}

func (c *client) keep(used *conn) {
	used.rest()
	c.kept.Store(used)
	if c.closed.Load() {
		c.close()
	}
}

// close ends the connection that is kept, and any that would be kept later.
func (c *client) close() {
	c.closed.Store(true)
	if kept := c.kept.Swap(nil); kept != nil {
		kept.end()
	}
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
