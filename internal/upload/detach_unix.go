//go:build unix

package upload

import (
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	childNice = 10
	// fewDescriptors are looked at where the system does not list them.
	fewDescriptors = 256
)

func detached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// withheld closes, in the child alone, the descriptors that this process was
// started with or that C code opened: a pipe of the shell's that a child holds
// open keeps the reader at its other end waiting. A nil entry is a closed
// descriptor; the first is number 3.
func withheld() []*os.File {
	highest := 2
	for _, fd := range descriptors() {
		if fd > highest && inheritable(fd) {
			highest = fd
		}
	}
	return make([]*os.File, highest-2)
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
