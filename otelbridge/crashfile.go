package otelbridge

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/spool"
)

// A crash file is written by one process at a time, which holds its lock as
// long as it lives, and read by one that gets the lock. So a crash is whole
// when it is read, and told once. The file stays, mostly empty, for the next
// process: there are as many for a version as processes of it ran at once.
const (
	crashPrefix, crashNumber, crashSuffix = "crash-", "@", ".txt"

	// maxCrash bounds how much of a crash file is read.
	maxCrash = 1 << 20

	// maxCrashFiles bounds how many processes of a version can leave a crash.
	maxCrashFiles = 1000
)

// lockCrashFile finds an empty file for this process to write its crash into,
// or nil.
func lockCrashFile(folder, version string) *spool.Lock {
	for n := range maxCrashFiles {
		lock, ok, err := spool.TryLock(crashFile(folder, version, n))
		if err != nil {
			return nil
		}
		if ok && emptyFile(lock.File()) {
			return lock
		}
		_ = lock.Unlock()
	}
	return nil
}

func emptyFile(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Size() == 0
}

// crashFile is one of the files for crashes of a version.
func crashFile(folder, version string, n int) string {
	safe := strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || r == '_' || r == '+' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, version)
	return filepath.Join(folder, fmt.Sprint(crashPrefix, safe, crashNumber, n, crashSuffix))
}

// crashVersion is the version of the host that a crash file is of.
func crashVersion(path string) string {
	name := strings.TrimSuffix(filepath.Base(path), crashSuffix)
	version, _, _ := strings.Cut(strings.TrimPrefix(name, crashPrefix), crashNumber)
	return version
}

// crashFiles are the crash files in a folder of which something is true.
func crashFiles(folder string, is func(fs.FileInfo) bool) []string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	var paths []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), crashPrefix) || !e.Type().IsRegular() {
			continue
		}
		if info, err := e.Info(); err == nil && is(info) {
			paths = append(paths, filepath.Join(folder, e.Name()))
		}
	}
	return paths
}

// holdsCrash is true of a file that is not empty.
func holdsCrash(info fs.FileInfo) bool { return info.Size() > 0 }

// takeCrash reads a crash file and empties it, unless its process still lives
// or somebody else takes it.
func takeCrash(path string) (text string, at time.Time) {
	lock, ok, err := spool.TryLock(path)
	if err != nil || !ok {
		return "", time.Time{}
	}
	defer lock.Unlock()
	f := lock.File()
	info, err := f.Stat()
	if err != nil {
		return "", time.Time{}
	}
	all, err := io.ReadAll(io.LimitReader(f, maxCrash))
	if err != nil || f.Truncate(0) != nil {
		return "", time.Time{}
	}
	return string(all), info.ModTime()
}

// removeCrashes removes the crash files in a folder that are older than a time,
// and then the folder if nothing is left in it.
func removeCrashes(folder string, before time.Time) {
	old := func(info fs.FileInfo) bool { return info.ModTime().Before(before) }
	paths := crashFiles(folder, old)
	for _, path := range paths {
		removeCrash(path, old)
	}
	if len(paths) > 0 {
		_ = os.Remove(folder) // fails, as it should, if anything is left in it
	}
}

// removeCrash removes a crash file, unless its process still lives or has just
// died. Where a file that is open cannot be removed, as on Windows, it is left
// behind empty.
func removeCrash(path string, old func(fs.FileInfo) bool) {
	lock, ok, err := spool.TryLock(path)
	if err != nil || !ok {
		return
	}
	defer lock.Unlock()
	if info, err := lock.File().Stat(); err != nil || !old(info) {
		return
	}
	if os.Remove(path) != nil {
		_ = lock.File().Truncate(0)
	}
}
