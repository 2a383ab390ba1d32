package e2e

import (
	"os"
	"path/filepath"
	"testing"
)

// TestMain lets the test binary be the host: a process of its own, whose
// streams and exit code are looked at from outside.
func TestMain(m *testing.M) {
	if os.Getenv("E2E_HOST") != "" {
		os.Exit(host())
	}
	code := m.Run()
	if exe, err := copied(); err == nil {
		_ = os.RemoveAll(filepath.Dir(exe))
	}
	os.Exit(code)
}
