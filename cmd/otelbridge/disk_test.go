package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// condition is whether disks can be mounted, which takes root.
func condition(name string) (bool, error) {
	if name != "disk" {
		return false, fmt.Errorf("there is no condition %q", name)
	}
	return mounts(), nil
}

var mounts = sync.OnceValue(func() bool {
	dir, err := os.MkdirTemp("", "otelbridge-disk-")
	if err != nil {
		return false
	}
	defer os.Remove(dir)
	return mount(dir, "size=16k") == nil && unmount(dir) == nil
})

func mount(dir, options string) error {
	return exec.Command("mount", "-t", "tmpfs", "-o", options, "none", dir).Run()
}

func unmount(dir string) error { return exec.Command("umount", "-l", dir).Run() }

func diskCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: disk DIR [OPTIONS]")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o700))
	ts.Check(mount(dir, append(args, "size=64k")[1]))
	ts.Defer(func() { _ = unmount(dir) })
}

// fillCommand leaves a file called filler, which may be removed again.
func fillCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: fill DIR")
	}
	f, err := os.OpenFile(filepath.Join(ts.MkAbs(args[0]), "filler"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	ts.Check(err)
	defer f.Close()
	for block := make([]byte, 4096); err == nil; {
		_, err = f.Write(block)
	}
}
