package exit

import (
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// deaf is where the name server is that takes questions and answers none.
const deaf = "127.0.0.54:53"

// resolveNothing gives this thread, and so every process that is started from
// it, a mount namespace in which all names are asked of a server that never
// answers. The thread ends with the test's goroutine.
func resolveNothing(t *testing.T) error {
	server, err := net.ListenPacket("udp", deaf)
	if err != nil {
		return err
	}
	t.Cleanup(func() { _ = server.Close() })
	host, _, _ := net.SplitHostPort(deaf)
	file := filepath.Join(t.TempDir(), "resolv.conf")
	if err := os.WriteFile(file, []byte("nameserver "+host+"\n"), 0o644); err != nil {
		return err
	}
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		return err
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	return unix.Mount(file, "/etc/resolv.conf", "", unix.MS_BIND, "")
}
