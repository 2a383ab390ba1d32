//go:build !unix && !windows

package upload

import "syscall"

func detached() *syscall.SysProcAttr { return nil }
