package spool

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestTryLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "upload.lock")
	first, ok, err := TryLock(path)
	if !ok || err != nil {
		t.Fatalf("TryLock = %v, %v", ok, err)
	}
	if second, ok, err := TryLock(path); second != nil || ok || err != nil {
		t.Errorf("a second TryLock = %v, %v, %v", second, ok, err)
	}
	for range 2 {
		if err := first.Unlock(); err != nil {
			t.Error(err)
		}
	}
	again, ok, err := TryLock(path)
	if !ok || err != nil {
		t.Errorf("TryLock after Unlock = %v, %v", ok, err)
	}
	if err := again.Unlock(); err != nil {
		t.Error(err)
	}
	if err := (*Lock)(nil).Unlock(); err != nil {
		t.Error(err)
	}
}

func TestTryLockErrors(t *testing.T) {
	dir := t.TempDir()
	if lock, ok, err := TryLock(filepath.Join(dir, "missing", "lock")); lock != nil || ok || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("in a missing folder: %v, %v, %v", lock, ok, err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(filepath.Join(dir, "target"), link); err != nil {
		t.Skip(err)
	}
	if lock, ok, err := TryLock(link); openFlags != 0 && (lock != nil || ok || err == nil) {
		t.Errorf("through a link: %v, %v, %v", lock, ok, err)
	}
}

// A lock on a file that somebody removed must not let a second holder in unnoticed.
func TestLockAtRemovedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := os.Remove(path); err != nil {
		t.Skip(err)
	}
	if err := lockAt(file, path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("lockAt of a removed file: %v", err)
	}
	writeFile(t, path, nil)
	if err := lockAt(file, path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("lockAt of a replaced file: %v", err)
	}
}
