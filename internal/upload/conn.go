package upload

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
)

// conn keeps from net/http what a server says out of turn, which it would print
// to the host's standard error. Nothing comes through while no request is under
// way: the connection has ended then. And bytes come one at a time, so that those
// behind the end of an answer are still here, and not in a buffer of net/http's,
// when the answer is over.
type conn struct {
	net.Conn
	dials   *dials
	once    sync.Once
	resting atomic.Bool // no request is under way

	// Only what reads the connection touches these, and rest, which that calls.
	buffer [1024]byte
	ahead  []byte
	spoilt bool
}

func newConn(c net.Conn, d *dials) *conn {
	tracked := &conn{Conn: c, dials: d}
	tracked.resting.Store(true)
	return tracked
}

func (c *conn) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if len(c.ahead) == 0 && !c.spoilt {
		n, err := c.Conn.Read(c.buffer[:])
		if n == 0 {
			return 0, err
		}
		c.ahead = c.buffer[:n]
	}
	if c.spoilt || c.resting.Load() {
		c.spoilt = true
		return 0, io.EOF
	}
	p[0], c.ahead = c.ahead[0], c.ahead[1:]
	return 1, nil
}

func (c *conn) Write(p []byte) (int, error) {
	c.resting.Store(false)
	return c.Conn.Write(p)
}

// rest says that the answer is over. What is left of it was not part of it.
func (c *conn) rest() {
	if c == nil {
		return
	}
	c.resting.Store(true)
	c.spoilt = c.spoilt || len(c.ahead) > 0
}

func (c *conn) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() { c.dials.forget(c) })
	return err
}
