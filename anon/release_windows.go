package anon

import (
	"fmt"

	"golang.org/x/sys/windows"
)

// osRelease is the version and build of Windows: 10.0.22631.
func osRelease() string {
	major, minor, build := windows.RtlGetNtVersionNumbers()
	return fmt.Sprintf("%d.%d.%d", major, minor, build)
}
