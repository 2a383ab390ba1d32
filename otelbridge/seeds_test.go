package otelbridge

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// dlt, Docglow and PyAirbyte, as apps: their variables and keys are aliases.
// The tests below are defects that these systems had, each by its name.

func dltApp() App {
	return App{
		Name: "dlt", Dir: "~/.dlt", Consent: OptOut, Endpoint: "https://telemetry.example.com",
		Aliases: []Alias{
			{Key: "telemetry", Env: "RUNTIME__DLTHUB_TELEMETRY", TOML: "dlthub_telemetry"},
			{Key: "telemetry_endpoint", Env: "RUNTIME__DLTHUB_TELEMETRY_ENDPOINT", TOML: "dlthub_telemetry_endpoint"},
			{Key: "telemetry_segment_write_key", Env: "RUNTIME__DLTHUB_TELEMETRY_SEGMENT_WRITE_KEY", TOML: "dlthub_telemetry_segment_write_key"},
		},
		RuntimeKeys: []string{
			"slack_incoming_hook", "log_format", "request_timeout", "request_max_attempts", "request_backoff_factor",
			"request_max_retry_delay", "dlthub_dsn", "run_id", "http_show_error_body", "http_max_error_body_length",
		},
	}
}

func docglowApp() App {
	return App{Name: "docglow", Endpoint: "https://api.example.com/v1/telemetry/events", Identity: Identity{Format: UUID}}
}

func pyAirbyteApp() App {
	return App{
		Name: "airbyte", Dir: "~/.airbyte", Consent: OptOut, Endpoint: "https://segment.example.com/v1/track", WriteKey: "built-in",
		Identity: Identity{Format: ULID},
		Aliases: []Alias{
			{Key: "offline", Env: "AIRBYTE_OFFLINE_MODE"}, {Key: "anonymous_id", Env: "AIRBYTE_ANALYTICS_ID"},
			{Key: "telemetry_segment_write_key", Env: "AIRBYTE_TRACKING_KEY"},
		},
	}
}

const (
	dltUser    = homeDir + "/.dlt/config.toml"
	dltProject = workDir + "/.dlt/config.toml"
	told       = `{"answer":"told","schema":1,"time":"2026-01-01T00:00:00Z","how":"notice"}`
	agreed     = `{"answer":"yes","schema":1,"time":"2026-01-01T00:00:00Z","how":"prompt"}`
)

// running is a world in which the app sends.
func running(t *testing.T, app App) world {
	t.Helper()
	w := newWorld()
	w.app = app
	for _, state := range []string{".dlt", ".airbyte"} {
		w.files[homeDir+"/"+state+"/consent"] = told
	}
	w.files[homeDir+"/.local/state/docglow/consent"] = agreed
	if s, err := w.resolve(); s.Telemetry.Mode != On || err != nil {
		t.Fatalf("%s does not run: %+v, %v", app.Name, s.Telemetry, err)
	}
	return w
}

func TestSeedDefects(t *testing.T) {
	tests := []struct {
		name string
		app  App
		set  func(w *world)
		mode Mode
	}{
		{"dlt: --disable-telemetry still sends in its own run", dltApp(), func(w *world) { w.disable = true }, Off},
		{"dlt: a repository turns a machine back on", dltApp(), func(w *world) {
			w.files[dltUser] = "[runtime]\ndlthub_telemetry = false\n"
			w.files[dltProject] = "[runtime]\ndlthub_telemetry = true\n"
		}, Off},
		{"dlt: a repository's old opt-out counts", dltApp(), func(w *world) { w.files[dltProject] = "[runtime]\ndlthub_telemetry = false\n" }, Off},
		{"dlt: DO_NOT_TRACK is not honoured", dltApp(), func(w *world) { w.env["DO_NOT_TRACK"] = "1" }, Off},
		{"dlt: off crashes the command", dltApp(), func(w *world) { w.env["RUNTIME__DLTHUB_TELEMETRY"] = "off" }, Off},
		{"dlt: garbage crashes the command", dltApp(), func(w *world) { w.env["RUNTIME__DLTHUB_TELEMETRY"] = "garbage" }, Off},
		{"dlt: an empty value crashes the command", dltApp(), func(w *world) { w.env["RUNTIME__DLTHUB_TELEMETRY"] = "" }, On},
		{"dlt: F", dltApp(), func(w *world) { w.env["RUNTIME__DLTHUB_TELEMETRY"] = "F" }, Off},
		{"dlt: the old endpoint without a scheme is dead and says nothing", dltApp(), func(w *world) {
			w.files[dltUser] = "[runtime]\ndlthub_telemetry_endpoint = \"telemetry-tracker.example.dev\"\n"
		}, Off},
		{"dlt: its own keys of [runtime] are no errors", dltApp(), func(w *world) {
			w.files[dltUser] = "[runtime]\nlog_level = \"WARNING\"\nrequest_timeout = 60\nslack_incoming_hook = \"x\"\n"
		}, On},
		{"docglow: TELEMETRY=0 loses to a recorded yes", docglowApp(), func(w *world) { w.env["DOCGLOW_TELEMETRY"] = "0" }, Off},
		{"docglow: a false in the user's file loses to a recorded yes", docglowApp(), func(w *world) {
			w.files[homeDir+"/.config/docglow/config.toml"] = "[runtime]\ntelemetry = false\n"
		}, Off},
		{"docglow: a false in the project loses to a recorded yes", docglowApp(), func(w *world) {
			w.files[workDir+"/.docglow/config.toml"] = "[runtime]\ntelemetry = false\n"
		}, Off},
		{"docglow: NO_TELEMETRY=t does not disable", docglowApp(), func(w *world) { w.env["DOCGLOW_NO_TELEMETRY"] = "t" }, Off},
		{"docglow: NO_TELEMETRY=2 does not disable", docglowApp(), func(w *world) { w.env["DOCGLOW_NO_TELEMETRY"] = "2" }, Off},
		{"docglow: NO_TELEMETRY=enabled does not disable", docglowApp(), func(w *world) { w.env["DOCGLOW_NO_TELEMETRY"] = "enabled" }, Off},
		{"docglow: the string false enables", docglowApp(), func(w *world) {
			w.files[homeDir+"/.config/docglow/config.toml"] = "[runtime]\ntelemetry = \"false\"\n"
		}, Off},
		{"docglow: an unknown value of TELEMETRY falls through", docglowApp(), func(w *world) { w.env["DOCGLOW_TELEMETRY"] = "disable" }, Off},
		{"docglow: a yes in the project enables", docglowApp(), func(w *world) {
			delete(w.files, homeDir+"/.local/state/docglow/consent")
			w.files[workDir+"/.docglow/config.toml"] = "[runtime]\ntelemetry = true\n"
		}, Off},
		{"docglow: an endpoint with a password", docglowApp(), func(w *world) { w.env["DOCGLOW_TELEMETRY_ENDPOINT"] = "https://user:pw@example.com" }, Off},
		{"docglow: an endpoint with a bad port", docglowApp(), func(w *world) { w.env["DOCGLOW_TELEMETRY_ENDPOINT"] = "https://example.com:badport" }, Off},
		{"pyairbyte: DO_NOT_TRACK=0", pyAirbyteApp(), func(w *world) { w.env["DO_NOT_TRACK"] = "0" }, Off},
		{"pyairbyte: AIRBYTE_OFFLINE_MODE", pyAirbyteApp(), func(w *world) { w.env["AIRBYTE_OFFLINE_MODE"] = "true" }, Off},
		{"pyairbyte: AIRBYTE_OFFLINE_MODE=0", pyAirbyteApp(), func(w *world) { w.env["AIRBYTE_OFFLINE_MODE"] = "0" }, On},
		{"pyairbyte: the notice is not shown, and events are sent", pyAirbyteApp(), func(w *world) { delete(w.files, homeDir+"/.airbyte/consent") }, Off},
		{"pyairbyte: there is no switch in a file", pyAirbyteApp(), func(w *world) { w.files[homeDir+"/.airbyte/config.toml"] = "[runtime]\ntelemetry = false\n" }, Off},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := running(t, test.app)
			test.set(&w)
			if s, _ := w.resolve(); s.Telemetry.Mode != test.mode {
				t.Errorf("%+v, want %s", s.Telemetry, test.mode)
			}
		})
	}
}

func TestSeedMasterSwitchStopsEverything(t *testing.T) {
	w := running(t, dltApp())
	w.env["RUNTIME__SENTRY_DSN"] = "https://key@sentry.example.com/1"
	w.files[dltProject] = "enable_runtime_trace = false\n"
	s, err := w.resolve()
	if err != nil || s.Trace.Mode != Off {
		t.Fatalf("%+v, %v", s.Trace, err)
	}
	checkNothingLeft(t, s)
}

// TestSeedDisableHolds: "docglow telemetry disable" lost to a yes in a file.
func TestSeedDisableHolds(t *testing.T) {
	p := newPlace(t)
	mustWrite(t, p.file(realUser), "[runtime]\ntelemetry = true\n")
	if err := RecordChoice(p.app, p.settings(t), false, "command", noon); err != nil {
		t.Fatal(err)
	}
	if s := p.settings(t); s.Telemetry.Mode != Off {
		t.Errorf("%+v", s.Telemetry)
	}
}

// TestSeedOldKeyIsSwitched: dlt's own name in its files follows the command.
func TestSeedOldKeyIsSwitched(t *testing.T) {
	p := newPlace(t)
	p.app = dltApp()
	user, project := p.file(".dlt/config.toml"), p.file("project/.dlt/config.toml")
	mustWrite(t, user, "[runtime]\ndlthub_telemetry = true # mine\n")
	mustWrite(t, project, "[sources]\nx = 1\n")
	if err := RecordChoice(p.app, p.settings(t), false, "flag", noon); err != nil {
		t.Fatal(err)
	}
	if got := mustRead(t, user); got != "[runtime]\ndlthub_telemetry = false # mine\n" {
		t.Errorf("the user's file holds %q", got)
	}
	if got := mustRead(t, project); got != "[sources]\nx = 1\n\n[runtime]\ntelemetry = false\n" {
		t.Errorf("the project's file holds %q", got)
	}
	if s := p.settings(t); s.Telemetry.Mode != Off {
		t.Errorf("%+v", s.Telemetry)
	}
}

// TestSeedSkippedPromptRecordsNothing: Docglow recorded a no for good when it
// could not ask.
func TestSeedSkippedPromptRecordsNothing(t *testing.T) {
	p := newPlace(t)
	in := p.inputs()
	in.Terminal = false
	s, err := Resolve(p.app, in)
	if err != nil || s.Pending != PendingNothing {
		t.Fatal(s.Pending, err)
	}
	answer, err := Inquiry{App: p.app, Settings: s}.Settle(t.Context(), Terminal{In: strings.NewReader("y\n"), Out: io.Discard}, clock)
	if answer != "" || err != nil || len(entries(t, p.dir)) > 0 {
		t.Errorf("recorded %q, %v", answer, err)
	}
	if s := p.settings(t); s.Pending != PendingQuestion {
		t.Error("the person is never asked")
	}
}

// TestSeedChosenIDIsNotWrittenDown: PyAirbyte rewrote its file with it.
func TestSeedChosenIDIsNotWrittenDown(t *testing.T) {
	p := newPlace(t)
	p.app = pyAirbyteApp()
	first := newIdentity(p.app, p.settings(t)).AnonymousID()
	p.env["AIRBYTE_ANALYTICS_ID"] = "ci-of-the-team"
	if id := newIdentity(p.app, p.settings(t)).AnonymousID(); id != "ci-of-the-team" {
		t.Errorf("id %q", id)
	}
	delete(p.env, "AIRBYTE_ANALYTICS_ID")
	if id := newIdentity(p.app, p.settings(t)).AnonymousID(); id != first || !ULID.valid(id) {
		t.Errorf("id %q, and it was %q", id, first)
	}
}

// TestSeedStatusMakesNoID: asking for the status made one in Docglow, and
// being turned off made one in dlt.
func TestSeedStatusMakesNoID(t *testing.T) {
	p := newPlace(t)
	p.env["DO_NOT_TRACK"] = "1"
	s := p.settings(t)
	newIdentity(p.app, s)
	if id := RecordedID(p.app, s); id != "" || len(entries(t, p.dir)) > 0 {
		t.Errorf("id %q, files %q", id, entries(t, p.dir))
	}
}

// TestSeedDamagedState: each of these stopped a host, printed, or was sent as
// it was.
func TestSeedDamagedState(t *testing.T) {
	for name, damage := range map[string]func(path string) error{
		"empty":     func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"not UTF-8": func(path string) error { return os.WriteFile(path, []byte("\xff\xfe"), 0o600) },
		"a folder":  func(path string) error { return os.Mkdir(path, 0o700) },
		"yaml":      func(path string) error { return os.WriteFile(path, []byte("anonymous_user_id: x\n"), 0o600) },
	} {
		p := newPlace(t)
		s := p.settings(t)
		if err := os.MkdirAll(s.Paths.State, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := damage(filepath.Join(s.Paths.State, idName)); err != nil {
			t.Fatal(err)
		}
		if id := newIdentity(p.app, s).AnonymousID(); id != "" && !Hex.valid(id) {
			t.Errorf("%s: sent %q", name, id)
		}
	}
}

// TestSettingsAreAValue: PyAirbyte read a switch twice, and sent when it was
// removed in between.
func TestSettingsAreAValue(t *testing.T) {
	w := running(t, pyAirbyteApp())
	w.env["DO_NOT_TRACK"] = "1"
	s, _ := w.resolve()
	delete(w.env, "DO_NOT_TRACK")
	if s.Telemetry.Mode != Off {
		t.Errorf("%+v", s.Telemetry)
	}
}
