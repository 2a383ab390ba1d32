package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// awaitChildren lets the detached children of a test end before its folder is
// removed: they write there for ten seconds at most. It does nothing where there
// is no /proc.
func awaitChildren(t *testing.T, home string) {
	t.Helper()
	for deadline := time.Now().Add(15 * time.Second); hasChildren(home); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Errorf("a child is still at work in %s", home)
			return
		}
	}
}

// hasChildren looks for processes whose home it is.
func hasChildren(home string) bool {
	environments, _ := filepath.Glob("/proc/[0-9]*/environ")
	return slices.ContainsFunc(environments, func(path string) bool {
		environment, _ := os.ReadFile(path)
		return slices.ContainsFunc(bytes.Split(environment, []byte{0}), func(v []byte) bool { return string(v) == "HOME="+home })
	})
}
