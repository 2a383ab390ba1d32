package upload

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"time"
)

const (
	maxHeaderBytes = 64 << 10
	writeBytes     = 16 << 10 // a record of TLS
)

// conn is a connection to an endpoint. It is at work on one request, or at rest.
type conn struct {
	net.Conn
	limit io.LimitedReader // what in reads from
	in    *bufio.Reader
	out   *bufio.Writer
	wire  wire // what out writes to

	stop func() bool // at work: lets go of the request's context
	end  *time.Timer // at rest: ends it
}

func newConn(c net.Conn) *conn {
	n := &conn{Conn: c, limit: io.LimitedReader{R: c}, wire: wire{to: c}}
	n.in, n.out = bufio.NewReader(&n.limit), bufio.NewWriterSize(&n.wire, writeBytes)
	return n
}

// wire keeps the error of what it writes to, which net/http wraps in one that
// does not unwrap.
type wire struct {
	to     io.Writer
	broken error
}

func (w *wire) Write(p []byte) (n int, err error) {
	n, w.broken = w.to.Write(p)
	return n, w.broken
}

// exchange sends a request and reads its answer up to the body. The request's
// context ends it, and then the reading of the body too, up to done or hangUp.
//
// It listens while it sends, since a server may refuse before it has read
// everything: then the rest is not sent. Taken is only what was sent to its end.
func (c *conn) exchange(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	c.stop = context.AfterFunc(ctx, c.giveUp)
	sent := make(chan error, 1)
	go func() { sent <- c.send(req) }()
	res, err := c.head(req)
	if err != nil || res.StatusCode >= 300 {
		_ = c.SetWriteDeadline(longAgo)
	}
	unsent := <-sent
	switch {
	case err == nil && (unsent == nil || res.StatusCode >= 300):
		res.Close = res.Close || unsent != nil
		return res, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case unsent == nil || err != nil && errors.Is(unsent, os.ErrDeadlineExceeded):
		return nil, err
	}
	return nil, unsent
}

// giveUp ends what goes on with the connection, reading and writing.
func (c *conn) giveUp() { _ = c.SetDeadline(longAgo) }

// send sends a request. If the connection breaks at that, the answer may have
// come all the same, and is listened for a little longer.
func (c *conn) send(req *http.Request) error {
	err := req.Write(c.out)
	if err == nil {
		err = c.out.Flush()
	}
	if err == nil {
		return nil
	}
	_ = c.SetReadDeadline(time.Now().Add(grace))
	if c.wire.broken == nil || req.Context().Err() != nil {
		c.giveUp()
	}
	return cmp.Or(c.wire.broken, err)
}

// head reads the head of the answer, together with interim ones no longer than
// one may be.
func (c *conn) head(req *http.Request) (*http.Response, error) {
	c.limit.N = maxHeaderBytes
	res, err := readAnswer(c.in, req)
	if err == nil {
		c.limit.N = math.MaxInt64
	}
	return res, err
}

// heard reports whether a byte of the answer came.
func (c *conn) heard() bool { return c.limit.N != maxHeaderBytes }

// done reports whether the request came to a good end, with nothing behind the
// answer.
func (c *conn) done() bool { return c.stop() && c.in.Buffered() == 0 }

func (c *conn) hangUp() {
	c.stop()
	hangUp(c.Conn)
}

// wake ends the rest, and reports whether the connection is still good. Whatever
// the server has said meanwhile, or its hanging up, makes it useless.
func (c *conn) wake() bool {
	c.end.Stop()
	if arrived(socket(c.Conn)) {
		return false
	}
	_ = c.SetDeadline(time.Now().Add(glance))
	_, err := c.Read(make([]byte, 1)) // what TLS has read already
	return errors.Is(err, os.ErrDeadlineExceeded) && c.SetDeadline(time.Time{}) == nil
}

var errNoHTTP = errors.New("upload: the answer is not proper HTTP")

// readAnswer reads the head of an answer, past interim ones. The errors repeat
// nothing of what the other side said.
func readAnswer(in *bufio.Reader, req *http.Request) (*http.Response, error) {
	for {
		res, err := http.ReadResponse(in, req)
		switch {
		case err != nil && lost(err):
			return nil, err
		case err != nil || res.StatusCode < 100 || res.StatusCode == http.StatusSwitchingProtocols:
			return nil, errNoHTTP
		case res.StatusCode >= 200:
			return res, nil
		}
	}
}

// lost reports whether an error is that of a connection, and not of what was
// said.
func lost(err error) bool {
	var broken net.Error
	return errors.As(err, &broken) || errors.Is(err, io.ErrUnexpectedEOF)
}
