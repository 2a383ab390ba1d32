//go:build !unix && !windows

package upload

import (
	"os"
	"syscall"
)

func detached() *syscall.SysProcAttr { return nil }

func withheld() []*os.File { return nil }

func yieldPriority(int) {}
