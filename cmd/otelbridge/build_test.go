package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// builds are the programs that tests have built, one of each.
type builds struct {
	sync.Mutex
	dir  string
	path map[string]string
}

var shared builds

// built builds a package once for all tests.
func built(t *testing.T, pkg string) string {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if path, ok := shared.path[pkg]; ok {
		return path
	}
	if shared.dir == "" {
		dir, err := os.MkdirTemp("", "otelbridge-test-")
		if err != nil {
			t.Fatal(err)
		}
		shared.dir, shared.path = dir, map[string]string{}
	}
	path := filepath.Join(shared.dir, filepath.Base(pkg)+"-program")
	if out, err := exec.Command("go", "build", "-o", path, pkg).CombinedOutput(); err != nil {
		t.Fatalf("go build %s: %v\n%s", pkg, err, out)
	}
	shared.path[pkg] = path
	return path
}

func (b *builds) remove() { _ = os.RemoveAll(b.dir) }
