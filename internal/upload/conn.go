package upload

import (
	"bufio"
	"context"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"
)

const (
	maxHeaderBytes = 64 << 10
	// maxRest is how long a connection is kept for the next request.
	maxRest = 30 * time.Second
)

// conn is a connection to an endpoint. It is at work on one request, or at rest.
type conn struct {
	net.Conn
	limit io.LimitedReader // what in reads from
	in    *bufio.Reader
	out   *bufio.Writer

	stop    func() bool // at work: lets go of the request's context
	wanted  atomic.Bool // at rest: the next request is there
	watched chan bool   // at rest: whether the watch saw nothing
}

func newConn(c net.Conn) *conn {
	n := &conn{Conn: c, limit: io.LimitedReader{R: c}, out: bufio.NewWriter(c)}
	n.in = bufio.NewReader(&n.limit)
	return n
}

// exchange sends a request and reads its answer up to the body. The request's
// context ends it, and then the reading of the body too, up to over or hangUp.
//
// A server may answer before it has read everything, and hang up: after a
// failure to send, the answer may be there all the same.
func (c *conn) exchange(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	c.stop = context.AfterFunc(ctx, c.giveUp)
	unsent := c.send(req)
	if unsent != nil {
		defer time.AfterFunc(grace, c.giveUp).Stop()
	}
	res, err := c.head(req)
	switch {
	case err == nil:
		res.Close = res.Close || unsent != nil
		return res, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case unsent != nil:
		return nil, unsent
	}
	return nil, err
}

// giveUp ends what goes on with the connection, reading and writing.
func (c *conn) giveUp() { _ = c.SetDeadline(longAgo) }

func (c *conn) send(req *http.Request) error {
	if err := req.Write(c.out); err != nil {
		return err
	}
	return c.out.Flush()
}

// head reads past interim answers. Together they are no longer than an answer.
func (c *conn) head(req *http.Request) (*http.Response, error) {
	c.limit.N = maxHeaderBytes
	defer func() { c.limit.N = math.MaxInt64 }()
	for {
		res, err := http.ReadResponse(c.in, req)
		if err != nil || res.StatusCode >= 200 {
			return res, err
		}
	}
}

// over reports whether the request came to a good end, with nothing behind the
// answer.
func (c *conn) over() bool { return c.stop() && c.in.Buffered() == 0 }

func (c *conn) hangUp() {
	c.stop()
	_ = c.Close()
}

// rest watches the connection until the next request. Whatever the server says
// meanwhile, or its hanging up, makes it useless, and so does long disuse.
func (c *conn) rest() {
	c.wanted.Store(false)
	c.watched = make(chan bool, 1)
	_ = c.SetReadDeadline(time.Now().Add(maxRest))
	go func() {
		_, err := c.Read(make([]byte, 1))
		good := c.wanted.Load() && errors.Is(err, os.ErrDeadlineExceeded)
		if !good {
			_ = c.Close()
		}
		c.watched <- good
	}()
}

// wake ends the rest, and reports whether the connection is still good.
func (c *conn) wake() bool {
	c.wanted.Store(true)
	_ = c.SetReadDeadline(longAgo)
	good := <-c.watched
	return good && c.SetDeadline(time.Time{}) == nil
}

// end ends a connection at rest.
func (c *conn) end() {
	_ = c.Close()
	<-c.watched
}
