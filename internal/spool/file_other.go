//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package spool

import "os"

func removeHeld(_ *os.File, path string) error { return os.Remove(path) }
