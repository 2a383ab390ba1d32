package upload

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// The lock is given up with the last of those who share it, and not before.
func TestHoldIsSharedWithinTheProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "upload.lock")
	ours, theirs := &hold{path: path}, &hold{path: path}
	for range 2 {
		if err := ours.take(); err != nil {
			t.Fatal(err)
		}
	}
	ours.give()
	if err := theirs.take(); !errors.Is(err, ErrBusy) || ours.free() {
		t.Errorf("with one still at work: %v, free %v", err, ours.free())
	}
	ours.give()
	if !ours.free() {
		t.Error("not free after the last")
	}
	if err := theirs.take(); err != nil {
		t.Errorf("after the last: %v", err)
	}
	theirs.give()
}

// A folder that is made while somebody works without one is locked from then on.
func TestHoldOfAFolderThatComesLater(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "later")
	h := &hold{path: filepath.Join(dir, "upload.lock")}
	if err := h.take(); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := h.take(); err != nil || h.free() {
		t.Errorf("%v, free %v", err, h.free())
	}
	h.give()
	h.give()
	if !h.free() {
		t.Error("still locked")
	}
}

func TestHoldOfNothing(t *testing.T) {
	h := &hold{}
	if err := h.take(); err != nil || !h.free() {
		t.Errorf("%v, free %v", err, h.free())
	}
	h.give()
}
