//go:build unix

package otelbridge

import (
	"io/fs"
	"os"
	"syscall"
)

// foreign reports whether a file or folder, or the link that leads to it, belongs
// neither to the user of this process nor to root, or that cannot be told: in a
// folder that all may write to, as /tmp, anybody could have put it there.
func foreign(path string) bool {
	for _, look := range [...]func(string) (fs.FileInfo, error){os.Lstat, os.Stat} {
		info, err := look(path)
		if err != nil {
			return true
		}
		owner, ok := info.Sys().(*syscall.Stat_t)
		if !ok || owner.Uid != 0 && int(owner.Uid) != os.Geteuid() {
			return true
		}
	}
	return false
}
