//go:build unix

package otelbridge

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestPipeIsNotOpened(t *testing.T) {
	path := filepath.Join(t.TempDir(), configName)
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readRegular(path); err == nil {
		t.Error("a pipe was read")
	}
}

func TestRealHomeThatIsAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "home")
	mustWrite(t, file, "")
	w := newWorld()
	in := w.inputs()
	in.ReadFile = readRegular
	in.Getenv = func(name string) string { return map[string]string{"HOME": file, "CHESS_TELEMETRY": "1"}[name] }
	s, err := Resolve(w.app, in)
	if err != nil || s.Paths.User != "" || s.Paths.State != "" || s.Telemetry.Mode != On {
		t.Errorf("%+v, %v", s, err)
	}
	id := newIdentity(w.app, s)
	if id.AnonymousID() != "" || len(id.Key()) != keyLength || !id.Ephemeral() {
		t.Error("an identity in a home that is a file")
	}
}

func TestModes(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "a", "b", configName)
	if err := SetTelemetry(config, false); err != nil {
		t.Fatal(err)
	}
	s := Settings{Paths: Paths{State: filepath.Join(dir, "s", "t")}}
	id := newIdentity(App{Name: "chess"}, s)
	id.AnonymousID()
	id.Key()
	for path, want := range map[string]os.FileMode{
		filepath.Join(dir, "a"): 0o700, filepath.Join(dir, "a", "b"): 0o700, config: 0o600,
		filepath.Join(dir, "s"): 0o700, s.Paths.State: 0o700, filepath.Join(s.Paths.State, idName): 0o600, filepath.Join(s.Paths.State, keyName): 0o600,
	} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want %v", path, info.Mode(), err, want)
		}
	}
	if err := os.Chmod(config, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := SetTelemetry(config, true); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(config); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("the mode of an old file changed to %v, %v", info.Mode(), err)
	}
}

// TestLinkThatLeadsNowhere is a file that cannot be read, and stays.
func TestLinkThatLeadsNowhere(t *testing.T) {
	p := newPlace(t)
	mustWrite(t, p.file(realConsent), consentJSON(AnswerYes, schemaNow))
	link := p.file(realUser)
	mustWrite(t, filepath.Join(filepath.Dir(link), "other"), "")
	if err := os.Symlink("elsewhere/"+configName, link); err != nil {
		t.Fatal(err)
	}
	s, err := Resolve(p.app, p.inputs())
	if s.Trace.Mode != Off || s.Trace.Input != link || err == nil {
		t.Errorf("%+v, %v", s.Trace, err)
	}
	if err := RecordChoice(p.app, s, false, "command", noon); err == nil {
		t.Error("written down")
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link became %v, %v", info.Mode(), err)
	}
}

// TestOwners: what root or the user of the process owns is no stranger's.
func TestOwners(t *testing.T) {
	own := filepath.Join(t.TempDir(), "own")
	mustWrite(t, own, "")
	if foreign(own) || foreign("/") {
		t.Error("one's own is a stranger's")
	}
	if !foreign(own + "/none") {
		t.Error("what is not there is one's own")
	}
	if os.Geteuid() != 0 {
		t.Skip("only root gives files away")
	}
	const nobody = 65534
	link := own + "-link"
	if err := os.Symlink(own, link); err != nil {
		t.Fatal(err)
	}
	if err := os.Lchown(link, nobody, nobody); err != nil || !foreign(link) || foreign(own) {
		t.Errorf("a stranger's link: %v, %v, %v", foreign(link), foreign(own), err)
	}
	if err := os.Chown(own, nobody, nobody); err != nil || !foreign(own) {
		t.Errorf("a stranger's file: %v, %v", foreign(own), err)
	}
}

func TestSymlinkStays(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "dotfiles", configName), filepath.Join(dir, configName)
	mustWrite(t, target, "[runtime]\ntelemetry = true\n")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if err := SetTelemetry(link, false); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link became %v, %v", info.Mode(), err)
	}
	if got := mustRead(t, target); got != "[runtime]\ntelemetry = false\n" {
		t.Errorf("the target holds %q", got)
	}
}
