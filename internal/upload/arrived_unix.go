//go:build unix

package upload

import (
	"errors"
	"net"
	"syscall"
)

// glance is how long a connection is read from to see whether something came.
// Here arrived has seen it.
const glance = 0

// arrived reports whether there is something to read, the end of the connection
// included. A Read with a deadline cannot tell: one that has passed keeps it
// from looking.
func arrived(c net.Conn) bool {
	system, ok := c.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := system.SyscallConn()
	if err != nil {
		return true
	}
	nothing := false
	err = raw.Read(func(fd uintptr) bool {
		_, err := syscall.Read(int(fd), make([]byte, 1)) // does not wait: no socket of Go's does
		nothing = errors.Is(err, syscall.EAGAIN)
		return true
	})
	return err != nil || !nothing
}
