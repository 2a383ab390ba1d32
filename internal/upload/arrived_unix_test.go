//go:build unix

package upload

import (
	"io"
	"net"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// arrival waits until there is something to read from a connection.
func arrival(t *testing.T, c net.Conn) {
	raw, err := socket(c).(syscall.Conn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	for none := true; none; runtime.Gosched() {
		raw.Control(func(fd uintptr) {
			_, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
			none = err == syscall.EAGAIN
		})
	}
}

// Whatever a server does while a connection is at rest, that is the end of it,
// as soon as it is there to be seen.
func TestWhatArrivesAtRest(t *testing.T) {
	const bad = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
	for name, meanwhile := range map[string]func(net.Conn){
		"hanging up":   func(c net.Conn) { c.Close() },
		"resetting":    resetting,
		"speaking":     func(c net.Conn) { io.WriteString(c, bad) },
		"a last word":  func(c net.Conn) { io.WriteString(c, bad); c.Close() },
		"a first byte": func(c net.Conn) { io.WriteString(c, "H") },
	} {
		t.Run(name, func(t *testing.T) {
			first, heard := true, make(chan struct{})
			url := serveTCP(t, func(c net.Conn) {
				readRequest(c)
				io.WriteString(c, "HTTP/1.1 204 No Content\r\n\r\n")
				if first {
					first = false
					<-heard
					meanwhile(c)
					c.SetReadDeadline(time.Now().Add(time.Minute))
				}
				untilClosed(c)
			})
			c := &client{dialer: newDialer(Config{})}
			defer c.close()
			res, err := c.do(post(t, url))
			if err != nil {
				t.Fatal(err)
			}
			io.ReadAll(res.Body)
			res.Body.Close()
			kept := c.kept
			close(heard)
			arrival(t, kept.Conn)
			if bad := c.take(); bad != nil {
				bad.hangUp()
				t.Error("the connection counts as good")
			}
			if res, err := c.do(post(t, url)); err != nil || res.StatusCode != 204 {
				t.Errorf("%+v, %v", res, err)
			} else {
				res.Body.Close()
			}
		})
	}
}
