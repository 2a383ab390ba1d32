package spool

import (
	"errors"
	"fmt"
	"os"
)

// Lock is an exclusive lock on a file, held by the kernel on behalf of this process: it ends with Unlock or with
// the process, however that dies, so there is no stale lock to recognise.
type Lock struct{ file *os.File }

// TryLock takes the exclusive lock on the file at path, which it creates (0600) in an existing folder when it is missing.
// It never waits. ok is false, without an error, when somebody else holds the lock: another process or another Lock of
// this one. The error is for a file that cannot be opened and for a file system without locks (errors.ErrUnsupported or
// the system's own).
//
// The file stays after Unlock. Removing it would let two holders exist, one on the removed file and one on a new one.
func TryLock(path string) (lock *Lock, ok bool, err error) {
	for range lockAttempts {
		file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|openFlags, 0o600)
		if err != nil {
			return nil, false, fmt.Errorf("spool: lock: %w", err)
		}
		switch err := lockAt(file, path); {
		case err == nil:
			return &Lock{file}, true, nil
		case errors.Is(err, errHeld):
			return nil, false, file.Close()
		case !errors.Is(err, os.ErrNotExist):
			_ = file.Close()
			return nil, false, fmt.Errorf("spool: lock %s: %w", path, err)
		}
		_ = file.Close()
	}
	return nil, false, nil
}

// File is the locked file, until Unlock. A duplicate of its descriptor holds the lock too: then it ends when both are closed.
func (l *Lock) File() *os.File { return l.file }

// Unlock gives the lock up. A nil Lock and a second call do nothing.
func (l *Lock) Unlock() error {
	if l == nil || l.file == nil {
		return nil
	}
	file := l.file
	l.file = nil
	if err := file.Close(); err != nil {
		return fmt.Errorf("spool: unlock: %w", err)
	}
	return nil
}

// lockAttempts bounds how often a file is opened anew because it was removed between open and lock.
const lockAttempts = 4

// errHeld says that another holder has the lock.
var errHeld = errors.New("held by another")

// lockAt locks file, which was opened at path, and makes sure that path still leads to it: somebody may have removed the
// file, and a lock on a removed file excludes nobody. In that case the error is os.ErrNotExist.
func lockAt(file *os.File, path string) error {
	if err := tryLock(file); err != nil {
		return err
	}
	named, err := leadsTo(path, file)
	if err == nil && !named {
		err = os.ErrNotExist
	}
	return err
}
