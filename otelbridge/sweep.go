package otelbridge

import (
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/upload"
)

const (
	// staleAfter is how long nobody has used what a sweep removes: records are too
	// old by then, and a crash would have been told by the next run of its place.
	staleAfter = 8 * 24 * time.Hour

	// sweepEvery is how often an uploader sweeps that lives long.
	sweepEvery = 24 * time.Hour
)

// listener records each delivery, and sweeps with the first one and then once a
// day: whoever delivers waits for the network anyway.
func (d *delivery) listener() func(upload.Delivery) {
	witness, next := newWitness(d.settings), time.Time{}
	return func(u upload.Delivery) {
		witness.saw(u)
		if u.Time.Before(next) {
			return
		}
		next = u.Time.Add(sweepEvery)
		d.sweep(u.Time)
	}
}

// sweep removes the queues of endpoints and projects that were configured once,
// and the crashes of those that nobody runs any more.
func (d *delivery) sweep(now time.Time) {
	before := now.Add(-staleAfter)
	for _, dir := range subfolders(d.root()) {
		if !slices.Contains(d.own, dir) && unchanged(dir, before) {
			remove(dir)
		}
	}
	for _, dir := range subfolders(d.crashRoot()) {
		removeCrashes(dir, before)
	}
}

// unchanged reports whether a folder and what is in it are older than a time.
// The folder itself counts, since one that was just made is still empty.
func unchanged(dir string, before time.Time) bool {
	info, err := os.Lstat(dir)
	if err != nil || !info.ModTime().Before(before) {
		return false
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || !info.ModTime().Before(before) {
			return false
		}
	}
	return true
}

// remove removes a folder that has files only.
func remove(dir string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		_ = os.Remove(filepath.Join(dir, e.Name()))
	}
	_ = os.Remove(dir)
}
