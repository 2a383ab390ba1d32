//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package spool

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// openFlags keep a symbolic link that somebody put in the place of a file of ours from being followed.
const openFlags = unix.O_NOFOLLOW

// openFile opens a file that exists. It spares the five system calls with which os.OpenFile finds out that a plain file
// cannot be polled, and those with which the first call of it makes what polls.
func openFile(path string, flags int) (*os.File, error) { return open(path, flags|openFlags) }

// openFolder opens a folder, or what a link leads to.
func openFolder(path string) (*os.File, error) { return open(path, os.O_RDONLY) }

func open(path string, flags int) (*os.File, error) {
	for {
		fd, err := unix.Open(path, flags|unix.O_CLOEXEC, 0)
		switch {
		case err == nil:
			return os.NewFile(uintptr(fd), path), nil
		case !errors.Is(err, unix.EINTR):
			return nil, &os.PathError{Op: "open", Path: path, Err: err}
		}
	}
}

// fileState returns how long file is and whether it has lost its last name, so that what is written to it is lost with
// the process.
func fileState(file *os.File) (size int64, unlinked bool, err error) {
	var st unix.Stat_t
	if err := unix.Fstat(int(file.Fd()), &st); err != nil {
		return 0, false, os.NewSyscallError("fstat", err)
	}
	return st.Size, st.Nlink == 0, nil
}

// leadsTo reports whether path is a name of file. It spares the memory that os.SameFile asks for.
func leadsTo(path string, file *os.File) (bool, error) {
	var held, there unix.Stat_t
	if err := unix.Fstat(int(file.Fd()), &held); err != nil {
		return false, os.NewSyscallError("fstat", err)
	}
	if err := unix.Lstat(path, &there); err != nil {
		return false, &os.PathError{Op: "lstat", Path: path, Err: err}
	}
	return held.Dev == there.Dev && held.Ino == there.Ino, nil
}

// removeHeld removes a file while its lock is held, so that nobody can begin to use it in between.
func removeHeld(_ *os.File, path string) error { return os.Remove(path) }
