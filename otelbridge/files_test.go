package otelbridge

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func mustWrite(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func mustRead(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// entries are all files and folders below a folder.
func entries(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if path != dir {
			found = append(found, strings.TrimPrefix(path, dir))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestReadRegular(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, filepath.Join(dir, "long"), strings.Repeat("x", maxFile+100))
	b, err := readRegular(filepath.Join(dir, "long"))
	if err != nil || len(b) != maxFile+1 {
		t.Errorf("a long file: %d bytes, %v", len(b), err)
	}
	if _, err := readRegular(dir); err == nil || missing(err) || err.Error() != "is a folder" {
		t.Errorf("a folder: %v", err)
	}
	if _, err := readRegular(filepath.Join(dir, "none")); !missing(err) || impossible(err) {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := readRegular(os.DevNull); err == nil || missing(err) {
		t.Errorf("a device: %v", err)
	}
}

// TestResolveWritesNothing runs the real thing against a folder and looks that
// it stays as it is.
func TestResolveWritesNothing(t *testing.T) {
	home := t.TempDir()
	w := newWorld()
	in := w.inputs()
	in.ReadFile = readRegular
	in.Dir = home
	in.Getenv = func(name string) string { return map[string]string{"HOME": home, "CHESS_TELEMETRY": "1"}[name] }
	s, err := Resolve(w.app, in)
	if err != nil || s.Telemetry.Mode != On {
		t.Fatalf("%+v, %v", s.Telemetry, err)
	}
	newIdentity(w.app, s)
	if id := RecordedID(w.app, s); id != "" {
		t.Errorf("an id out of nowhere: %s", id)
	}
	if found := entries(t, home); len(found) > 0 {
		t.Errorf("made %q", found)
	}
}
