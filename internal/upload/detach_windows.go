package upload

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// detached gives the child a console of its own that is never shown: without any,
// each console program it might start would open a window. Only handles that are
// named are inherited.
func detached() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{
		HideWindow: true,
		CreationFlags: windows.CREATE_NO_WINDOW | windows.CREATE_NEW_PROCESS_GROUP |
			windows.BELOW_NORMAL_PRIORITY_CLASS,
	}
}
