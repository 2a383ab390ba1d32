package otelbridge

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// tmpfs mounts a small disk, which needs root.
func tmpfs(t *testing.T, options string) string {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skip("cannot mount: ", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

func fill(t *testing.T, dir string) {
	f, err := os.Create(filepath.Join(dir, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 4096); ; {
		if _, err := f.Write(block); err != nil {
			return
		}
	}
}

func TestFullDisk(t *testing.T) {
	dir := tmpfs(t, "size=64k")
	config := filepath.Join(dir, configName)
	mustWrite(t, config, "[runtime]\ntelemetry = true # mine\n")
	fill(t, dir)
	if err := SetTelemetry(config, false); err == nil {
		t.Error("no error from a full disk")
	}
	if got := mustRead(t, config); got != "[runtime]\ntelemetry = true # mine\n" {
		t.Errorf("the file was spoiled: %q", got)
	}
	s := Settings{Paths: Paths{State: dir}}
	if err := RecordConsent(App{Name: "chess"}, s, AnswerNo, "command", time.Now()); err == nil {
		t.Error("no error from a full disk")
	}
	id := newIdentity(App{Name: "chess"}, s)
	if id.AnonymousID() != "" || !id.Ephemeral() || len(id.Key()) != keyLength {
		t.Error("an identity on a full disk")
	}
	if found := entries(t, dir); len(found) != 2 {
		t.Errorf("left behind: %q", found)
	}
}

// TestANoHoldsForItsRun, also where a file goes on to say yes.
func TestANoHoldsForItsRun(t *testing.T) {
	p := newPlace(t)
	disk := tmpfs(t, "size=64k")
	p.env["XDG_CONFIG_HOME"] = disk
	mustWrite(t, filepath.Join(disk, "chess", configName), "[runtime]\ntelemetry = true\n")
	mustWrite(t, p.file(realConsent), consentJSON(AnswerYes, 1))
	fill(t, disk)
	app, policy, err := prepare(p.app)
	if err != nil {
		t.Fatal(err)
	}
	c := &Control{app, policy, p.inputs(), []Route{(&sender{}).route}}
	s, err := c.settled(t.Context(), Terminal{In: strings.NewReader("\n"), Out: io.Discard})
	if s.Telemetry.Mode != Off || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("%+v, %v", s.Telemetry, err)
	}
	if next := p.settings(t); next.Telemetry.Mode != On || next.ConsentVersion != 1 {
		t.Errorf("then %+v, version %d", next.Telemetry, next.ConsentVersion)
	}
}

func TestReadOnlyDisk(t *testing.T) {
	dir := tmpfs(t, "size=64k,ro")
	s := Settings{Paths: Paths{State: filepath.Join(dir, "s"), User: filepath.Join(dir, configName)}}
	id := newIdentity(App{Name: "chess"}, s)
	if id.AnonymousID() != "" || !id.Ephemeral() {
		t.Error("an identity on a read-only disk")
	}
	if err := RecordChoice(App{Name: "chess"}, s, false, "command", time.Now()); err == nil {
		t.Error("no error from a read-only disk")
	}
}
