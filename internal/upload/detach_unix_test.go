//go:build unix

package upload

import (
	"errors"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func describeProcess() account {
	a := account{PID: os.Getpid(), Args: os.Args, Group: unix.Getpgrp()}
	a.Session, _ = unix.Getsid(0)
	a.Dir, _ = os.Getwd()
	a.Nice, _ = unix.Getpriority(unix.PRIO_PROCESS, 0)
	for fd := range 3 {
		name, _ := os.Readlink("/dev/fd/" + strconv.Itoa(fd))
		a.Streams = append(a.Streams, name)
	}
	for _, fd := range descriptors() {
		if fd > 2 && inheritable(fd) {
			a.Open = append(a.Open, fd)
		}
	}
	return a
}

func checkDetached(t *testing.T, a account) {
	t.Helper()
	if own, _ := unix.Getsid(0); a.Session == own || a.Session != a.PID || a.Group != a.PID {
		t.Errorf("process %d is in session %d, group %d", a.PID, a.Session, a.Group)
	}
	if slices.ContainsFunc(a.Streams, func(s string) bool { return s != "" && s != os.DevNull }) {
		t.Errorf("standard streams %q", a.Streams)
	}
	if len(a.Open) > 0 {
		t.Errorf("inherited descriptors %v", a.Open)
	}
}

// A pipe of the shell's, at any number, must not stay open in a child.
func TestChildInheritsNoDescriptor(t *testing.T) {
	var pipe [2]int
	if err := syscall.Pipe(pipe[:]); err != nil { // inheritable, unlike os.Pipe's
		t.Fatal(err)
	}
	high, err := unix.FcntlInt(uintptr(pipe[1]), unix.F_DUPFD, 300)
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range []int{pipe[0], pipe[1], high} {
		if !inheritable(fd) {
			t.Fatalf("%d is not inheritable, so this test shows nothing", fd)
		}
		if i := fd - 3; i >= len(withheld()) {
			t.Errorf("descriptor %d would be inherited", fd)
		}
	}
	child, err := startDetached(mustFind(t, "yes"), nil) // which stays
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { collect(child) })
	for _, fd := range []int{pipe[1], high} {
		if err := syscall.Close(fd); err != nil {
			t.Fatal(err)
		}
	}
	// The end of the file comes only when nobody has the other end open.
	n, err := unix.Poll([]unix.PollFd{{Fd: int32(pipe[0]), Events: unix.POLLIN}}, 10_000)
	if n != 1 || err != nil {
		t.Errorf("the child holds the pipe open: %d, %v", n, err)
	}
	syscall.Close(pipe[0])
}

func mustFind(t *testing.T, name string) string {
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skip(err)
	}
	return path
}

// collect leaves no zombie, and ends what outlived its time.
func TestCollect(t *testing.T) {
	child, err := startDetached(self(t).Exe, []string{testGuard + "=x", testMute + "=1"})
	if err != nil {
		t.Fatal(err)
	}
	collect(child)
	if err := unix.Kill(child.id, 0); !errors.Is(err, unix.ESRCH) {
		t.Errorf("process %d is still there: %v", child.id, err)
	}
}

func TestPriorityIsLowered(t *testing.T) {
	child, err := startDetached(mustFind(t, "yes"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer collect(child)
	own, _ := unix.Getpriority(unix.PRIO_PROCESS, 0)
	got, err := unix.Getpriority(unix.PRIO_PGRP, child.id)
	if err != nil || got == own {
		t.Errorf("priority %d, %v, want other than our own %d", got, err, own)
	}
}
