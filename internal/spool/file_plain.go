//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd)

package spool

import "os"

// openFlags: Go has no flag here that refuses a symbolic link. On Windows making one needs a privilege.
const openFlags = 0

// openFile opens a file that exists. On Windows Go opens one such that it can be neither renamed nor removed meanwhile. So redate
// always fails: an empty segment is removed and not used again, which is slower, and one with a wrong time in its name keeps
// that, and counts as new until that time has come.
func openFile(path string, flags int) (*os.File, error) { return os.OpenFile(path, flags, 0) }

// openFolder opens a folder.
func openFolder(path string) (*os.File, error) { return os.Open(path) }

// fileState returns how long file is. On Windows a file that is open cannot lose its name.
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
