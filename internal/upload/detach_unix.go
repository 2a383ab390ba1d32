//go:build unix

package upload

import (
	"errors"
	"os"
	"slices"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	childNice = 10
	// fewDescriptors are looked at where the system does not list them.
	fewDescriptors = 256
)

// process is a child of this process. It is a bare number: what package os makes
// of one is 24 KB of a small program.
type process struct{ id int }

func start(exe, dir string, env []string, null *os.File) (process, error) {
	id, err := syscall.ForkExec(exe, []string{exe}, &syscall.ProcAttr{
		Dir:   dir,
		Env:   env,
		Files: append([]uintptr{null.Fd(), null.Fd(), null.Fd()}, withheld()...),
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		return process{}, &os.PathError{Op: "fork/exec", Path: exe, Err: err}
	}
	yieldPriority(id)
	return process{id}, nil
}

// collect ends a process that should have ended by itself, and lets the system
// forget it. One that the host has collected already may be another by now.
func collect(p process) {
	if ended, err := p.wait(syscall.WNOHANG); err != nil || ended {
		return
	}
	_ = syscall.Kill(p.id, syscall.SIGKILL)
	_, _ = p.wait(0)
}

func (p process) wait(options int) (ended bool, err error) {
	for {
		id, err := syscall.Wait4(p.id, nil, options, nil)
		if !errors.Is(err, syscall.EINTR) {
			return id == p.id, err
		}
	}
}

// withheld closes, in the child alone, the descriptors that this process was
// started with or that C code opened: a pipe of the shell's that a child holds
// open keeps the reader at its other end waiting. The first is number 3.
func withheld() []uintptr {
	highest := 2
	for _, fd := range descriptors() {
		if fd > highest && inheritable(fd) {
			highest = fd
		}
	}
	return slices.Repeat([]uintptr{^uintptr(0)}, highest-2)
}

func inheritable(fd int) bool {
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
	return err == nil && flags&unix.FD_CLOEXEC == 0
}

func descriptors() []int {
	names, err := os.ReadDir("/dev/fd")
	if err != nil || len(names) <= 3 { // reading it takes a fourth: this list is not ours
		return firstDescriptors()
	}
	var all []int
	for _, name := range names {
		if fd, err := strconv.Atoi(name.Name()); err == nil {
			all = append(all, fd)
		}
	}
	return all
}

func firstDescriptors() []int {
	all := make([]int, fewDescriptors)
	for i := range all {
		all[i] = i
	}
	return all
}

// yieldPriority lowers all threads there are: the child leads a process group of
// its own. It may have ended, which is no failure.
func yieldPriority(pid int) { _ = unix.Setpriority(unix.PRIO_PGRP, pid, childNice) }
