package otelbridge

import (
	"io/fs"
	"path/filepath"
	"testing"
	"time"
)

// realWorld is a host in real folders of its own.
type realWorld struct {
	dir string
	app App
	env map[string]string
}

func newPlace(t *testing.T) realWorld {
	dir := t.TempDir()
	return realWorld{dir, App{Name: "chess", Endpoint: appEndpoint, Schema: testSchema()}, map[string]string{"HOME": dir}}
}

func (p realWorld) inputs() Inputs {
	return Inputs{
		Getenv:   func(name string) string { return p.env[name] },
		ReadFile: readRegular,
		Terminal: true,
		Dir:      filepath.Join(p.dir, "project"),
		GOOS:     "linux",
	}
}

func (p realWorld) settings(t *testing.T) Settings {
	t.Helper()
	s, err := Resolve(p.app, p.inputs())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (p realWorld) file(name string) string { return filepath.Join(p.dir, name) }

const (
	realUser    = ".config/chess/config.toml"
	realProject = "project/.chess/config.toml"
	realConsent = ".local/state/chess/consent"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 5, time.FixedZone("", 3600))

func TestRecordConsent(t *testing.T) {
	p := newPlace(t)
	s := p.settings(t)
	if err := RecordConsent(p.app, s, AnswerYes, "prompt", noon); err != nil {
		t.Fatal(err)
	}
	want := `{"answer":"yes","schema":2,"time":"2026-11-20T11:00:00Z","how":"prompt"}` + "\n"
	if got := mustRead(t, p.file(realConsent)); got != want {
		t.Errorf("recorded %s", got)
	}
	s = p.settings(t)
	if s.Telemetry.Mode != On || s.Telemetry.Reason != "agreed on 2026-11-20, version 2" || s.Pending != PendingNothing {
		t.Errorf("%+v", s.Telemetry)
	}
	if err := RecordConsent(p.app, s, AnswerNo, "command", noon); err != nil || p.settings(t).Telemetry.Mode != Off {
		t.Errorf("a no does not take the place of a yes: %v", err)
	}
	for _, answer := range []Answer{"", "maybe"} {
		if err := RecordConsent(p.app, s, answer, "command", noon); err == nil {
			t.Errorf("%q was recorded", answer)
		}
	}
	if err := RecordConsent(p.app, Settings{}, AnswerNo, "command", noon); err == nil {
		t.Error("recorded nowhere")
	}
	if found := entries(t, filepath.Dir(p.file(realConsent))); len(found) != 1 {
		t.Errorf("left behind: %q", found)
	}
}

func TestRecordConsentMendsGarbage(t *testing.T) {
	p := newPlace(t)
	mustWrite(t, p.file(realConsent), "garbage")
	s, err := Resolve(p.app, p.inputs())
	if err == nil || s.Telemetry.Mode != Off {
		t.Errorf("garbage: %+v, %v", s.Telemetry, err)
	}
	if err := RecordConsent(p.app, s, AnswerYes, "command", noon); err != nil || p.settings(t).Telemetry.Mode != On {
		t.Error("garbage stays")
	}
}

// TestRecordChoice holds off to its word: after it nothing is sent, whatever
// was recorded or written before, in this project or in another.
func TestRecordChoice(t *testing.T) {
	const on, off = "[runtime]\ntelemetry = true\n", "[runtime]\ntelemetry = false\n"
	tests := []struct {
		name                       string
		user, project, consent     string // before; empty: no file
		choice                     bool
		wantUser, wantProject      string // after
		wantMode, wantModeAsBefore Mode   // here; with the project's file as it was before
	}{
		{"off on a fresh machine", "", "", "", false, off, "", Off, Off},
		{"off over everything", on, on, "yes", false, off, off, Off, Off},
		{"off in an empty project", "", "# mine\n", "", false, off, "# mine\n\n" + off, Off, Off},
		{"on on a fresh machine", "", "", "", true, "", "", On, On},
		{"on after off", off, "", "no", true, on, "", On, On},
		{"on in a project that says off", off, off, "no", true, on, off, Off, Off},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newPlace(t)
			for path, content := range map[string]string{realUser: test.user, realProject: test.project} {
				if content != "" {
					mustWrite(t, p.file(path), content)
				}
			}
			if test.consent != "" {
				mustWrite(t, p.file(realConsent), consentJSON(Answer(test.consent), schemaNow))
			}
			if err := RecordChoice(p.app, p.settings(t), test.choice, "command", noon); err != nil {
				t.Fatal(err)
			}
			for path, want := range map[string]string{realUser: test.wantUser, realProject: test.wantProject} {
				if _, err := readRegular(p.file(path)); want == "" && missing(err) {
					continue
				}
				if got := mustRead(t, p.file(path)); got != want {
					t.Errorf("%s holds %q, want %q", path, got, want)
				}
			}
			if mode := p.settings(t).Telemetry.Mode; mode != test.wantMode {
				t.Errorf("now %s, want %s", mode, test.wantMode)
			}
			if test.project != "" {
				mustWrite(t, p.file(realProject), test.project)
			}
			if mode := p.settings(t).Telemetry.Mode; mode != test.wantModeAsBefore {
				t.Errorf("in another project %s, want %s", mode, test.wantModeAsBefore)
			}
		})
	}
}

func TestRecordChoiceWritesWhatItCan(t *testing.T) {
	p := newPlace(t)
	s := p.settings(t)
	mustWrite(t, p.file(realUser), "[runtime\n")
	if err := RecordChoice(p.app, s, false, "command", noon); err == nil {
		t.Error("no error for a broken file")
	}
	if got := readConsent(s.Paths.State, readRegular); got.Answer != AnswerNo {
		t.Errorf("the answer was not recorded: %+v", got)
	}
	if err := RecordChoice(App{}, s, false, "command", noon); err == nil {
		t.Error("no error for an app without a name")
	}
}

// TestFailedYesTurnsNothingOn: whichever of its two files cannot be written, a
// yes that failed is none, now and when the other file is gone.
func TestFailedYesTurnsNothingOn(t *testing.T) {
	const no = "[runtime]\ntelemetry = false\n"
	folder := func(name string) func(t *testing.T, p realWorld) {
		return func(t *testing.T, p realWorld) { mustWrite(t, filepath.Join(p.file(name), "x"), "") }
	}
	tests := []struct {
		name, user, consent string // before; empty: no file
		spoil               func(t *testing.T, p realWorld)
	}{
		{"the consent, over a no in the file", no, "", folder(realConsent)},
		{"the file, without an answer", "", "", folder(realUser)},
		{"the file, over a no", "", consentJSON(AnswerNo, 1) + "\n", folder(realUser)},
		{"the file is broken", "[runtime\n", consentJSON(AnswerNo, 1) + "\n", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := newPlace(t)
			for path, content := range map[string]string{realUser: test.user, realConsent: test.consent} {
				if content != "" {
					mustWrite(t, p.file(path), content)
				}
			}
			s, _ := Resolve(p.app, p.inputs())
			if test.spoil != nil {
				test.spoil(t, p)
			}
			if err := RecordChoice(p.app, s, true, "command", noon); err == nil {
				t.Fatal("no error")
			}
			if s, _ := Resolve(p.app, p.inputs()); s.Telemetry.Mode != Off {
				t.Errorf("%+v", s.Telemetry)
			}
			if got, _ := readRegular(p.file(realConsent)); string(got) != test.consent {
				t.Errorf("the record is %q, and was %q", got, test.consent)
			}
			if got, _ := readRegular(p.file(realUser)); string(got) != test.user {
				t.Errorf("the file is %q, and was %q", got, test.user)
			}
		})
	}
}

func TestReadConsent(t *testing.T) {
	for _, content := range []string{"", "yes", "{}", "null", "[]", `{"answer":"yes"}`, `{"answer":"yes","schema":-1}`, `{"answer":"Yes ","schema":1}`, "\xff", `{"answer":"yes","schema":1} x`, `{"answer":true,"schema":1}`} {
		f := readConsent("/s", func(string) ([]byte, error) { return []byte(content), nil })
		if f.err == nil || f.Answer != "" {
			t.Errorf("%q is %+v", content, f)
		}
	}
	if f := readConsent("/s", func(string) ([]byte, error) { return nil, fs.ErrPermission }); f.err == nil || f.impossible {
		t.Errorf("no permission: %+v", f)
	}
	if f := readConsent("", nil); f.err != nil || f.Answer != "" {
		t.Errorf("no folder: %+v", f)
	}
}
