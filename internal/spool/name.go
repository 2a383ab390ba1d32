package spool

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	suffix = ".seg"
	// maxListed bounds what one look at the folder costs. Segments are continued by later processes, so there are about
	// as many as processes run at the same time; more than this many are looked at in turn, as the first ones go.
	maxListed = 10_000
)

// newName names a segment begun at now: sixteen hexadecimal digits of the time, so that names sort by age, the process
// and something random.
func newName(now time.Time) string {
	return fmt.Sprintf("%016x-%d-%08x%s", uint64(max(now.UnixNano(), 0)), os.Getpid(), rand.Uint32(), suffix)
}

// nameTime returns when the segment with that name was begun; ok is false for other files.
func nameTime(name string) (at time.Time, ok bool) {
	stem, ok := strings.CutSuffix(name, suffix)
	if !ok || len(stem) < 18 || stem[16] != '-' {
		return time.Time{}, false
	}
	nanos, err := strconv.ParseInt(stem[:16], 16, 64)
	return time.Unix(0, nanos), err == nil
}

// listed is a segment as the folder shows it.
type listed struct {
	path string
	at   time.Time
}

// list returns the segments in dir, oldest first; a folder that does not exist has none.
func list(dir string) ([]listed, error) {
	folder, err := openFolder(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	files, err := folder.ReadDir(maxListed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	names := make([]string, 0, len(files))
	for _, file := range files {
		if file.Type().IsRegular() {
			names = append(names, file.Name())
		}
	}
	slices.Sort(names)
	found := make([]listed, 0, len(names))
	for _, name := range names {
		if at, ok := nameTime(name); ok {
			found = append(found, listed{dir + string(filepath.Separator) + name, at})
		}
	}
	return found, nil
}
