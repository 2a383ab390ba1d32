//go:build unix

package upload

import "golang.org/x/sys/unix"

const errRefused = unix.ECONNREFUSED
