//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package spool

import (
	"errors"
	"os"
)

// tryLock has nothing to work with here, so queues stay in memory.
func tryLock(*os.File) error { return errors.ErrUnsupported }
