package otelbridge

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelbridge/otelbridge-go/anon"
)

func TestCheckDSN(t *testing.T) {
	good := []string{"https://key@o1.ingest.example.com/42", "https://key:secret@example.com/sentry/42", "http://key@localhost:8969/1", "http://key@127.0.0.1:8969/1"}
	for _, raw := range good {
		if err := checkDSN(raw); err != nil {
			t.Errorf("%q is refused: %v", raw, err)
		}
	}
	bad := []string{"", "key", "https://example.com/1", "https://:s3cret@example.com/1", "https://s3cret@example.com", "https://s3cret@example.com/", "http://s3cret@example.com/1", "https://s3cret@/1", "https://s3cret@example.com:0/1", "s3cret@example.com/1", "https://s3cret:%zz@h/1"}
	for _, raw := range bad {
		err := checkDSN(raw)
		if err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

func TestOTLP(t *testing.T) {
	const (
		ours   = "https://ours.example.com"
		theirs = "https://theirs.example.com"
	)
	file := func(path string, lines ...string) func(w *world) {
		return func(w *world) {
			for _, line := range lines {
				w.runtimeLine(path, line)
			}
		}
	}
	env := func(pairs ...string) func(w *world) {
		return func(w *world) {
			for i := 0; i < len(pairs); i += 2 {
				w.env[pairs[i]] = pairs[i+1]
			}
		}
	}
	x := map[string]string{"x": "1"}
	none := map[string]string{}
	tests := []struct {
		name     string
		sets     []func(w *world)
		mode     Mode
		endpoint string
		exact    bool
		headers  map[string]string
		err      string
	}{
		{"nothing", nil, Off, "", false, nil, ""},
		{"own", []func(w *world){env("CHESS_OTLP_ENDPOINT", ours)}, On, ours, false, none, ""},
		{"own over OpenTelemetry's", []func(w *world){env("RUNTIME__OTLP_ENDPOINT", ours, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", theirs, "OTEL_EXPORTER_OTLP_HEADERS", "x=1")}, On, ours, false, none, ""},
		{"host's name over the general one", []func(w *world){env("RUNTIME__OTLP_ENDPOINT", theirs, "CHESS_OTLP_ENDPOINT", ours)}, On, ours, false, none, ""},
		{"OpenTelemetry's base", []func(w *world){env("OTEL_EXPORTER_OTLP_ENDPOINT", theirs, "OTEL_EXPORTER_OTLP_HEADERS", "x=1")}, On, theirs, false, x, ""},
		{"OpenTelemetry's exact", []func(w *world){env("OTEL_EXPORTER_OTLP_ENDPOINT", ours, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", theirs+"/v1/t", "OTEL_EXPORTER_OTLP_HEADERS", "y=2", "OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x=1")}, On, theirs + "/v1/t", true, x, ""},
		{"OpenTelemetry's grpc", []func(w *world){env("OTEL_EXPORTER_OTLP_ENDPOINT", theirs, "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")}, Off, "", false, nil, "OTEL_EXPORTER_OTLP_PROTOCOL"},
		{"protobuf for traces over grpc", []func(w *world){env("OTEL_EXPORTER_OTLP_ENDPOINT", theirs, "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf")}, On, theirs, false, none, ""},
		{"OTEL_TRACES_EXPORTER=none", []func(w *world){env("CHESS_OTLP_ENDPOINT", ours, "OTEL_TRACES_EXPORTER", "none")}, Off, "", false, nil, ""},
		{"OTEL_TRACES_EXPORTER=console", []func(w *world){env("OTEL_EXPORTER_OTLP_ENDPOINT", ours, "OTEL_TRACES_EXPORTER", "console")}, Off, "", false, nil, ""},
		{"OTEL_TRACES_EXPORTER contradicts itself", []func(w *world){env("CHESS_OTLP_ENDPOINT", ours, "OTEL_TRACES_EXPORTER", "otlp, None")}, Off, "", false, nil, ""},
		{"OTEL_TRACES_EXPORTER with otlp", []func(w *world){env("OTEL_EXPORTER_OTLP_ENDPOINT", ours, "OTEL_TRACES_EXPORTER", "console, otlp")}, On, ours, false, none, ""},
		{"off over OpenTelemetry's", []func(w *world){env("CHESS_OTLP_ENDPOINT", "off", "OTEL_EXPORTER_OTLP_ENDPOINT", theirs)}, Off, "", false, nil, ""},
		{"none in the project over the user's", []func(w *world){file(projectPath, `otlp_endpoint = "none"`), file(userPath, `otlp_endpoint = "`+ours+`"`)}, Off, "", false, nil, ""},
		{"the user's off over the project", []func(w *world){file(userPath, `otlp_endpoint = "off"`), file(projectPath, `otlp_endpoint = "`+theirs+`"`)}, Off, "", false, nil, ""},
		{"the general variable's off over the host's", []func(w *world){env("CHESS_OTLP_ENDPOINT", ours, "RUNTIME__OTLP_ENDPOINT", "off")}, Off, "", false, nil, ""},
		{"the general variable's garbage over the host's", []func(w *world){env("CHESS_OTLP_ENDPOINT", ours, "RUNTIME__OTLP_ENDPOINT", "of")}, Off, "", false, nil, "RUNTIME__OTLP_ENDPOINT must start with"},
		{"OpenTelemetry's garbage beside its endpoint for traces", []func(w *world){env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://remote.example.com", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", theirs)}, On, theirs, true, none, ""},
		{"a farther project's off over the nearer one", []func(w *world){file(nearPath, `otlp_endpoint = "`+theirs+`"`), file(projectPath, `otlp_endpoint = "off"`)}, Off, "", false, nil, ""},
		{"environment over a project's off", []func(w *world){file(projectPath, `otlp_endpoint = "off"`), env("CHESS_OTLP_ENDPOINT", ours)}, On, ours, false, none, ""},
		{"the machine's off over the project", []func(w *world){file(machinePath, `otlp_endpoint = "none"`), file(nearPath, `otlp_endpoint = "`+theirs+`"`), file(projectPath, `otlp_endpoint = "`+theirs+`"`)}, Off, "", false, nil, ""},
		{"the machine's off over the project, and not over the user", []func(w *world){file(machinePath, `otlp_endpoint = "off"`), file(projectPath, `otlp_endpoint = "`+theirs+`"`), file(userPath, `otlp_endpoint = "`+ours+`"`)}, On, ours, false, none, ""},
		{"the machine's off beside a project's off", []func(w *world){file(machinePath, `otlp_endpoint = "off"`), file(projectPath, `otlp_endpoint = "off"`), file(userPath, `otlp_endpoint = "`+ours+`"`)}, Off, "", false, nil, ""},
		{"the user's garbage over the project", []func(w *world){file(userPath, `otlp_endpoint = "of"`), file(projectPath, `otlp_endpoint = "`+theirs+`"`)}, Off, "", false, nil, "must start with"},
		{"environment over the user's off", []func(w *world){file(userPath, `otlp_endpoint = "off"`), env("CHESS_OTLP_ENDPOINT", ours)}, On, ours, false, none, ""},
		{"the user's off over OpenTelemetry's", []func(w *world){file(userPath, `otlp_endpoint = "off"`), env("OTEL_EXPORTER_OTLP_ENDPOINT", theirs)}, Off, "", false, nil, ""},
		{"a misspelt endpoint", []func(w *world){file(userPath, `OTLP-endpoint = "off"`), env("CHESS_OTLP_ENDPOINT", ours)}, Off, "", false, nil, "write otlp_endpoint under [runtime]"},
		{"misspelt attributes", []func(w *world){file(projectPath, `Otlp_attributes = "anonymous"`), env("CHESS_OTLP_ENDPOINT", ours)}, Off, "", false, nil, "write otlp_attributes under [runtime]"},
		{"another route's misspelt key", []func(w *world){file(userPath, `Sentry_DSN = "off"`), env("CHESS_OTLP_ENDPOINT", ours)}, On, ours, false, none, "write sentry_dsn under [runtime]"},
		{"an endpoint at the top", []func(w *world){func(w *world) { w.topLine(userPath, `otlp_endpoint = "off"`) }, env("OTEL_EXPORTER_OTLP_ENDPOINT", theirs)}, Off, "", false, nil, "config.toml:1: otlp_endpoint is not a setting"},
		{"garbage over OpenTelemetry's", []func(w *world){env("CHESS_OTLP_ENDPOINT", "garbage", "OTEL_EXPORTER_OTLP_ENDPOINT", theirs)}, Off, "", false, nil, "CHESS_OTLP_ENDPOINT must start with"},
		{"project over user over machine", []func(w *world){file(machinePath, `otlp_endpoint = "https://m.example.com"`), file(userPath, `otlp_endpoint = "https://u.example.com"`), file(projectPath, `otlp_endpoint = "`+ours+`"`)}, On, ours, false, none, ""},
		{"file's headers with its endpoint", []func(w *world){file(userPath, `otlp_endpoint = "`+ours+`"`, `otlp_headers = "x=1"`)}, On, ours, false, x, ""},
		{"headers as a table", []func(w *world){file(userPath, `otlp_endpoint = "`+ours+`"`, `otlp_headers = { x = "1, 2=%20" }`)}, On, ours, false, map[string]string{"x": "1, 2=%20"}, ""},
		{"user's headers never to a project's endpoint", []func(w *world){file(userPath, `otlp_headers = "x=1"`), file(projectPath, `otlp_endpoint = "`+theirs+`"`)}, On, theirs, false, none, ""},
		{"user's headers never to OpenTelemetry's endpoint", []func(w *world){file(userPath, `otlp_headers = "x=1"`), env("OTEL_EXPORTER_OTLP_ENDPOINT", theirs)}, On, theirs, false, none, ""},
		{"machine's headers never to the user's endpoint", []func(w *world){file(machinePath, `otlp_headers = "x=1"`), file(userPath, `otlp_endpoint = "`+ours+`"`)}, On, ours, false, none, ""},
		{"OpenTelemetry's headers never to a project's endpoint", []func(w *world){env("OTEL_EXPORTER_OTLP_HEADERS", "x=1"), file(projectPath, `otlp_endpoint = "`+theirs+`"`)}, On, theirs, false, none, ""},
		{"environment's headers to the user's endpoint", []func(w *world){env("CHESS_OTLP_HEADERS", "x=1"), file(userPath, `otlp_endpoint = "`+ours+`"`, `otlp_headers = "y=2"`)}, On, ours, false, x, ""},
		{"environment's headers never to a project's endpoint", []func(w *world){env("CHESS_OTLP_HEADERS", "x=s3cret"), file(projectPath, `otlp_endpoint = "`+theirs+`"`)}, On, theirs, false, none, "CHESS_OTLP_HEADERS is not sent"},
		{"the nearer project's headers never to the farther one's endpoint", []func(w *world){file(nearPath, `otlp_headers = "x=1"`), file(projectPath, `otlp_endpoint = "`+theirs+`"`)}, On, theirs, false, none, ""},
		{"malformed headers", []func(w *world){env("CHESS_OTLP_ENDPOINT", ours, "CHESS_OTLP_HEADERS", "s3cret")}, Off, "", false, nil, "CHESS_OTLP_HEADERS has a header without"},
		{"headers of the wrong type", []func(w *world){file(userPath, `otlp_endpoint = "`+ours+`"`, `otlp_headers = ["s3cret"]`)}, Off, "", false, nil, "must be a string or a table of strings"},
		{"endpoint of the wrong type", []func(w *world){file(userPath, `otlp_endpoint = 1`), env("OTEL_EXPORTER_OTLP_ENDPOINT", theirs)}, Off, "", false, nil, "must be a string"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld()
			for _, set := range test.sets {
				set(&w)
			}
			s, err := w.resolve()
			if s.OTLP.Mode != test.mode || s.OTLPEndpoint.Text != test.endpoint || s.OTLPExact != test.exact {
				t.Errorf("%+v to %q, exact %v; want %s to %q, exact %v", s.OTLP, s.OTLPEndpoint.Text, s.OTLPExact, test.mode, test.endpoint, test.exact)
			}
			if diff := cmp.Diff(test.headers, s.OTLPHeaders); diff != "" {
				t.Error("headers", diff)
			}
			checkError(t, err, test.err)
		})
	}
}

func checkError(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("error %v", err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("error %v, want one with %q", err, want)
	case err != nil && strings.Contains(err.Error(), "s3cret"):
		t.Errorf("the error shows a secret: %v", err)
	}
}

func TestSentry(t *testing.T) {
	w := newWorld()
	w.runtimeLine(userPath, `sentry_dsn = "https://user@sentry.example.com/1"`)
	if s, err := w.resolve(); err != nil || s.Sentry.Mode != On || s.SentryDSN.Source != userPath+":2: runtime.sentry_dsn" {
		t.Errorf("%+v, %v", s.Sentry, err)
	}
	w.env["SENTRY_DSN"] = "https://other@sentry.example.com/2"
	if s, _ := w.resolve(); s.SentryDSN.Text != "https://user@sentry.example.com/1" {
		t.Error("Sentry's own variable counts")
	}
	w.runtimeLine(projectPath, `sentry_dsn = "https://project@sentry.example.com/3"`)
	if s, _ := w.resolve(); s.SentryDSN.Text != "https://project@sentry.example.com/3" {
		t.Error("the project does not count")
	}
	w.env["CHESS_SENTRY_DSN"] = "http://s3cret@sentry.example.com/4"
	s, err := w.resolve()
	if s.Sentry.Mode != Off || s.SentryDSN.Text != "" {
		t.Errorf("plain http to a remote host: %+v", s.Sentry)
	}
	checkError(t, err, "CHESS_SENTRY_DSN must be https")
	w.env["CHESS_SENTRY_DSN"] = "off"
	if s, err := w.resolve(); s.Sentry.Mode != Off || err != nil {
		t.Errorf("turned off: %+v, %v", s.Sentry, err)
	}
}

// TestStrangers: a file that is a stranger's, or lies in a stranger's folder, may
// turn off and nothing else.
func TestStrangers(t *testing.T) {
	const ours, theirs = "https://ours.example.com", "https://theirs.example.com"
	w := newWorld()
	w.consent(AnswerYes, schemaNow)
	for _, line := range []string{
		`otlp_endpoint = "` + theirs + `"`, `otlp_headers = "x=1"`, `sentry_dsn = "https://key@theirs.example.com/1"`, `sentry_protocol = "otlp"`,
		`telemetry_endpoint = "` + theirs + `"`, `log_level = "debug"`, `otlp_attributes = "all"`, "telemetry = true",
	} {
		w.runtimeLine(projectPath, line)
	}
	before, _ := w.resolve()
	if before.OTLP.Mode != On || before.Sentry.Mode != On || before.Paths.Project != projectPath {
		t.Fatalf("%+v, %+v, %+v", before.OTLP, before.Sentry, before.Paths)
	}
	for _, path := range []string{projectPath, filepath.Dir(projectPath)} {
		w := w.clone()
		w.strange = []string{path}
		s, err := w.resolve()
		if s.OTLP.Mode != Off || s.Sentry.Mode != Off || s.SentryOTLP || s.LogLevel != slog.LevelWarn || s.OTLPAttributes != anon.DiscloseDeclared || s.Paths.Project != "" {
			t.Errorf("%+v, %+v, %+v", s.OTLP, s.Sentry, s)
		}
		if s.Telemetry.Mode != On || s.TelemetryEndpoint.Text != appEndpoint {
			t.Errorf("%+v to %+v", s.Telemetry, s.TelemetryEndpoint)
		}
		checkError(t, err, projectPath+":2: runtime.otlp_endpoint is ignored: it belongs to another user")
		w.env["CHESS_OTLP_ENDPOINT"] = ours
		if s, _ := w.resolve(); s.OTLPEndpoint.Text != ours || len(s.OTLPHeaders) > 0 {
			t.Errorf("%+v to %+v with %v", s.OTLP, s.OTLPEndpoint, s.OTLPHeaders)
		}
	}
	for line, off := range map[string]func(s Settings) bool{
		"telemetry = false":             func(s Settings) bool { return s.Telemetry.Mode == Off },
		`telemetry_endpoint = "off"`:    func(s Settings) bool { return s.Telemetry.Mode == Off },
		`otlp_endpoint = "off"`:         func(s Settings) bool { return s.OTLP.Mode == Off },
		`sentry_dsn = "none"`:           func(s Settings) bool { return s.Sentry.Mode == Off },
		`otlp_attributes = "anonymous"`: func(s Settings) bool { return s.OTLPAttributes == anon.DiscloseAnonymous },
		"enable_runtime_trace = false":  func(s Settings) bool { return s.Trace.Mode == Off },
		"nonsense = 1":                  func(s Settings) bool { return s.Telemetry.Mode == Off },
	} {
		w := newWorld()
		w.consent(AnswerYes, schemaNow)
		w.runtimeLine(userPath, `otlp_endpoint = "`+ours+`"`)
		w.runtimeLine(userPath, `sentry_dsn = "https://key@ours.example.com/1"`)
		if s, _ := w.resolve(); off(s) {
			t.Errorf("%s: it is off before", line)
		}
		w.strange = []string{projectPath}
		w.runtimeLine(projectPath, line)
		if s, err := w.resolve(); !off(s) || (err != nil) != strings.HasPrefix(line, "nonsense") {
			t.Errorf("%s turns off: %v, and the error %v", line, off(s), err)
		}
	}
}

// TestSentryOff: an off of a person or an administrator holds against a project.
func TestSentryOff(t *testing.T) {
	const dsn = "https://key@sentry.example.com/1"
	tests := []struct {
		name string
		set  func(w *world)
		mode Mode
	}{
		{"a project's alone", func(w *world) {}, On},
		{"the user's off", func(w *world) { w.runtimeLine(userPath, `sentry_dsn = "off"`) }, Off},
		{"the machine's off", func(w *world) { w.runtimeLine(machinePath, `sentry_dsn = "0"`) }, Off},
		{"the user's off, environment", func(w *world) {
			w.runtimeLine(userPath, `sentry_dsn = "off"`)
			w.env["CHESS_SENTRY_DSN"] = dsn
		}, On},
		{"of the wrong type", func(w *world) { w.runtimeLine(userPath, `sentry_dsn = false`) }, Off},
		{"misspelt", func(w *world) { w.runtimeLine(userPath, `sentry-dsn = "off"`) }, Off},
		{"a misspelt table", func(w *world) { w.files[userPath] = "[RunTime]\nsentry_attributes = \"anonymous\"\n" }, Off},
		{"another route's", func(w *world) { w.runtimeLine(userPath, `otlp-endpoint = "off"`) }, On},
	}
	for _, test := range tests {
		w := newWorld()
		w.runtimeLine(projectPath, `sentry_dsn = "`+dsn+`"`)
		test.set(&w)
		if s, _ := w.resolve(); s.Sentry.Mode != test.mode || (s.SentryDSN.Text == dsn) != (test.mode == On) {
			t.Errorf("%s: %+v, want %s", test.name, s.Sentry, test.mode)
		}
	}
}

func TestWithoutSecrets(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "",
		"off":                              "off",
		"https://h.example.com/v1":         "https://h.example.com/v1",
		"https://h.example.com/":           "https://h.example.com/",
		"https://h/v1?api_key=s3cret":      "https://h/v1?…",
		"https://h#s3cret?s3cret":          "https://h?…",
		"https://k:s3cret@h/1?a=s3cret@x":  "https://h/1?…",
		"https://s3cret@s3cret@h":          "https://h",
		"https://h/a@b":                    "https://h/a@b",
		"h.example.com?api_key=s3cret":     "h.example.com?…",
		"https://h\x00/%zz?api_key=s3cret": "https://h\x00/%zz?…",
	} {
		if got := withoutSecrets(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
}

// TestQueriesAreNotShown: what a person reads has no key in it, and what is sent
// to has.
func TestQueriesAreNotShown(t *testing.T) {
	const endpoint = "https://h.example.com/v1?api_key=s3cret"
	for _, name := range []string{"CHESS_OTLP_ENDPOINT", "CHESS_TELEMETRY_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"} {
		w := newWorld()
		w.consent(AnswerYes, schemaNow)
		w.env[name] = endpoint
		s, err := w.resolve()
		if s.OTLPEndpoint.Text != endpoint && s.TelemetryEndpoint.Text != endpoint {
			t.Errorf("%s is not used: %v", name, err)
		}
		notice := Inquiry{App: w.app, Settings: s}.Notice()
		shown := fmt.Sprint(s.Findings, s.OTLP, s.Telemetry, err, inputStatus(s.Findings), newRouteStatus("", s.OTLP, s.OTLPEndpoint), notice)
		if strings.Contains(shown, "s3cret") || !strings.Contains(shown, "https://h.example.com/v1?…") {
			t.Errorf("%s is shown as %s", name, shown)
		}
	}
}

func TestTelemetryEndpoint(t *testing.T) {
	const own = "https://own.example.com"
	tests := []struct {
		name          string
		set           func(w *world)
		endpoint, key string
		err           string
	}{
		{"the app's", func(w *world) { w.app.WriteKey = "app" }, appEndpoint, "app", ""},
		{"the environment's, without the app's key", func(w *world) { w.app.WriteKey = "app"; w.env["CHESS_TELEMETRY_ENDPOINT"] = own }, own, "", ""},
		{"the user's with its key", func(w *world) {
			w.runtimeLine(userPath, `telemetry_endpoint = "`+own+`"`)
			w.runtimeLine(userPath, `telemetry_segment_write_key = "k"`)
		}, own, "k", ""},
		{"the user's key never to the app's endpoint", func(w *world) { w.runtimeLine(userPath, `telemetry_segment_write_key = "s3cret"`) }, appEndpoint, "", ""},
		{"the machine's", func(w *world) { w.runtimeLine(machinePath, `telemetry_endpoint = "`+own+`"`) }, own, "", ""},
		{"a project's is ignored", func(w *world) {
			w.runtimeLine(projectPath, `telemetry_endpoint = "`+own+`"`)
		}, appEndpoint, "", "runtime.telemetry_endpoint is ignored"},
		{"a project's key is ignored", func(w *world) {
			w.runtimeLine(projectPath, `telemetry_segment_write_key = "s3cret"`)
		}, appEndpoint, "", "runtime.telemetry_segment_write_key is ignored"},
		{"OpenTelemetry's has no say", func(w *world) { w.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = own }, appEndpoint, "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld()
			w.consent(AnswerYes, schemaNow)
			test.set(&w)
			s, err := w.resolve()
			if s.Telemetry.Mode != On || s.TelemetryEndpoint.Text != test.endpoint || s.WriteKey.Text != test.key {
				t.Errorf("%+v to %q with %q, want %q with %q", s.Telemetry, s.TelemetryEndpoint.Text, s.WriteKey.Text, test.endpoint, test.key)
			}
			checkError(t, err, test.err)
		})
	}
}
