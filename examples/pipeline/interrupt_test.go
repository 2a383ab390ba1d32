//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// slowGit puts a git first in PATH that, asked for the log, says so on a pipe and then takes for ever.
func slowGit(t *testing.T, p *place) (path, started string) {
	t.Helper()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	started = p.in("started")
	if err := syscall.Mkfifo(started, 0o600); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\ncase \"$*\" in *--numstat*) echo > '" + started + "'; exec sleep 600;; esac\nexec '" + git + "' \"$@\"\n"
	if err := os.WriteFile(p.in("git"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return "PATH=" + p.dir + string(filepath.ListSeparator) + os.Getenv("PATH"), started
}

func TestInterrupt(t *testing.T) {
	p := newPlace(t)
	path, started := slowGit(t, p)
	cmd := p.command(t.Context(), []string{path}, "-repo", p.repo)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile(started); err != nil { // returns when git was asked
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exit code %d, want %d", code, exitInterrupted)
	}
	if !strings.Contains(stderr.String(), "canceled") || !strings.Contains(stderr.String(), "interrupted") {
		t.Errorf("stderr %q", stderr.String())
	}
}
