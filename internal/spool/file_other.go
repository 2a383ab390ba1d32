//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package spool

import "os"

const openFlags = 0

func openFile(path string, flags int) (*os.File, error) { return os.OpenFile(path, flags, 0) }

func fileState(file *os.File) (size int64, unlinked bool, err error) {
	info, err := file.Stat()
	if err != nil {
		return 0, false, err
	}
	return info.Size(), false, nil
}

// leadsTo reports whether path is a name of file.
func leadsTo(path string, file *os.File) (bool, error) {
	held, err := file.Stat()
	if err != nil {
		return false, err
	}
	there, err := os.Lstat(path)
	if err != nil {
		return false, err
	}
	return os.SameFile(held, there), nil
}

func removeHeld(_ *os.File, path string) error { return os.Remove(path) }
