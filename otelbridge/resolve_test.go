package otelbridge

import (
	"io/fs"
	"log/slog"
	"strings"
	"testing"
)

func TestTelemetryRows(t *testing.T) {
	yes := func(w *world) { w.consent(AnswerYes, schemaNow) }
	tests := []struct {
		name  string
		set   func(w *world)
		mode  Mode
		input string
	}{
		{"nothing said, opt-in", func(w *world) {}, Off, "default"},
		{"nothing said, opt-out", func(w *world) { w.app.Consent = OptOut }, Off, "default"},
		{"notice shown, opt-out", func(w *world) { w.app.Consent = OptOut; w.consent(AnswerTold, schemaNow) }, On, "default"},
		{"notice shown, opt-in", func(w *world) { w.consent(AnswerTold, schemaNow) }, Off, "default"},
		{"consent yes", yes, On, consentPath},
		{"consent no", func(w *world) { w.consent(AnswerNo, schemaNow) }, Off, consentPath},
		{"consent no, opt-out", func(w *world) { w.app.Consent = OptOut; w.consent(AnswerNo, schemaNow) }, Off, consentPath},
		{"consent garbage", func(w *world) { w.files[consentPath] = "yes" }, Off, consentPath},
		{"consent empty", func(w *world) { w.files[consentPath] = "" }, Off, consentPath},
		{"consent of no version", func(w *world) { w.consent(AnswerYes, 0) }, Off, consentPath},
		{"consent of an unknown answer", func(w *world) { w.consent("perhaps", schemaNow) }, Off, consentPath},
		{"user true", func(w *world) { w.runtimeLine(userPath, "telemetry = true") }, On, userPath + ":2: runtime.telemetry"},
		{"user false", func(w *world) { yes(w); w.runtimeLine(userPath, "telemetry = false") }, Off, userPath + ":2: runtime.telemetry"},
		{"user true, consent no", func(w *world) { w.consent(AnswerNo, 1); w.runtimeLine(userPath, "telemetry = true") }, On, userPath + ":2: runtime.telemetry"},
		{"user of the wrong type", func(w *world) { yes(w); w.runtimeLine(userPath, `telemetry = "true"`) }, Off, userPath},
		{"project false", func(w *world) { yes(w); w.runtimeLine(projectPath, "telemetry = false") }, Off, projectPath + ":2: runtime.telemetry"},
		{"project true", func(w *world) { w.runtimeLine(projectPath, "telemetry = true") }, Off, "default"},
		{"project true, consent no", func(w *world) { w.consent(AnswerNo, 2); w.runtimeLine(projectPath, "telemetry = true") }, Off, consentPath},
		{"near project true, far project false", func(w *world) {
			yes(w)
			w.runtimeLine(nearPath, "telemetry = true")
			w.runtimeLine(projectPath, "telemetry = false")
		}, Off, projectPath + ":2: runtime.telemetry"},
		{"env on", func(w *world) { w.env["CHESS_TELEMETRY"] = "1" }, On, "CHESS_TELEMETRY"},
		{"env on over project and user false", func(w *world) {
			w.env["CHESS_TELEMETRY"] = "1"
			w.runtimeLine(projectPath, "telemetry = false")
			w.runtimeLine(userPath, "telemetry = false")
		}, On, "CHESS_TELEMETRY"},
		{"env log", func(w *world) { w.env["CHESS_TELEMETRY"] = "log" }, Log, "CHESS_TELEMETRY"},
		{"env off", func(w *world) { yes(w); w.env["CHESS_TELEMETRY"] = "0" }, Off, "CHESS_TELEMETRY"},
		{"env unknown", func(w *world) { yes(w); w.env["CHESS_TELEMETRY"] = "enabled" }, Off, "CHESS_TELEMETRY"},
		{"env empty", func(w *world) { yes(w); w.env["CHESS_TELEMETRY"] = "" }, On, consentPath},
		{"general env on", func(w *world) { w.env["RUNTIME__TELEMETRY"] = "true" }, Off, "default"},
		{"general env on, consent yes", func(w *world) { yes(w); w.env["RUNTIME__TELEMETRY"] = "true" }, On, consentPath},
		{"general env log", func(w *world) { yes(w); w.env["RUNTIME__TELEMETRY"] = "log" }, Log, "RUNTIME__TELEMETRY"},
		{"general env unknown", func(w *world) { w.env["CHESS_TELEMETRY"] = "1"; w.env["RUNTIME__TELEMETRY"] = "2" }, Off, "RUNTIME__TELEMETRY"},
		{"env on, general env off", func(w *world) { w.env["CHESS_TELEMETRY"] = "1"; w.env["RUNTIME__TELEMETRY"] = "no" }, Off, "RUNTIME__TELEMETRY"},
		{"env on, general env log", func(w *world) { w.env["CHESS_TELEMETRY"] = "1"; w.env["RUNTIME__TELEMETRY"] = "log" }, Log, "RUNTIME__TELEMETRY"},
		{"flag off", func(w *world) { yes(w); w.disable = true; w.env["CHESS_TELEMETRY"] = "1" }, Off, "--disable-telemetry"},
		{"flag on", func(w *world) { w.enable = true }, On, "--enable-telemetry"},
		{"flag on, user false", func(w *world) { w.enable = true; w.runtimeLine(userPath, "telemetry = false") }, Off, userPath + ":2: runtime.telemetry"},
		{"both flags", func(w *world) { w.enable, w.disable = true, true }, Off, "--disable-telemetry"},
		{"machine false", func(w *world) { w.env["CHESS_TELEMETRY"] = "1"; w.runtimeLine(machinePath, "telemetry = false") }, Off, machinePath + ":2: runtime.telemetry"},
		{"machine true", func(w *world) { w.runtimeLine(machinePath, "telemetry = true") }, Off, "default"},
		{"an error in the user's file, env on", func(w *world) { w.env["CHESS_TELEMETRY"] = "1"; w.runtimeLine(userPath, "telemtry = false") }, Off, userPath},
		{"NO_TELEMETRY", func(w *world) { w.env["CHESS_TELEMETRY"] = "1"; w.env["CHESS_NO_TELEMETRY"] = "1" }, Off, "CHESS_NO_TELEMETRY"},
		{"NO_TELEMETRY=0", func(w *world) { yes(w); w.env["CHESS_NO_TELEMETRY"] = "0" }, Off, "CHESS_NO_TELEMETRY"},
		{"DO_NOT_TRACK", func(w *world) { w.env["CHESS_TELEMETRY"] = "1"; w.env["DO_NOT_TRACK"] = "true" }, Off, "DO_NOT_TRACK"},
		{"DO_NOT_TRACK=false", func(w *world) { yes(w); w.env["DO_NOT_TRACK"] = "false" }, Off, "DO_NOT_TRACK"},
		{"DO_NOT_TRACK blank", func(w *world) { yes(w); w.env["DO_NOT_TRACK"] = " " }, Off, "DO_NOT_TRACK"},
		{"DO_NOT_TRACK empty", func(w *world) { yes(w); w.env["DO_NOT_TRACK"] = "" }, On, consentPath},
		{"no endpoint", func(w *world) { yes(w); w.app.Endpoint = "" }, Off, "default"},
		{"no endpoint, log", func(w *world) { w.env["CHESS_TELEMETRY"] = "log"; w.app.Endpoint = "" }, Log, "CHESS_TELEMETRY"},
		{"a bad endpoint", func(w *world) { yes(w); w.env["CHESS_TELEMETRY_ENDPOINT"] = "events.example.com" }, Off, "CHESS_TELEMETRY_ENDPOINT"},
		{"endpoint off, the host's own set", func(w *world) {
			yes(w)
			w.env["CHESS_TELEMETRY_ENDPOINT"], w.env["RUNTIME__TELEMETRY_ENDPOINT"] = appEndpoint, "off"
		}, Off, "RUNTIME__TELEMETRY_ENDPOINT"},
		{"endpoint off in a project", func(w *world) { yes(w); w.runtimeLine(projectPath, `telemetry_endpoint = "off"`) }, Off, projectPath + ":2: runtime.telemetry_endpoint"},
		{"endpoint off in a farther project", func(w *world) {
			yes(w)
			w.runtimeLine(nearPath, `telemetry_endpoint = "https://near.example.com"`)
			w.runtimeLine(projectPath, `telemetry_endpoint = "none"`)
			w.runtimeLine(userPath, `telemetry_endpoint = "`+appEndpoint+`"`)
		}, Off, projectPath + ":2: runtime.telemetry_endpoint"},
		{"endpoint unknown in a project", func(w *world) { yes(w); w.runtimeLine(projectPath, `telemetry_endpoint = "of"`) }, Off, projectPath + ":2: runtime.telemetry_endpoint"},
		{"endpoint off in a project, environment", func(w *world) {
			yes(w)
			w.env["CHESS_TELEMETRY_ENDPOINT"] = appEndpoint
			w.runtimeLine(projectPath, `telemetry_endpoint = "off"`)
		}, Off, projectPath + ":2: runtime.telemetry_endpoint"},
		{"endpoint off", func(w *world) { yes(w); w.env["RUNTIME__TELEMETRY_ENDPOINT"] = "off" }, Off, "RUNTIME__TELEMETRY_ENDPOINT"},
		{"tracing off", func(w *world) { yes(w); w.env["ENABLE_RUNTIME_TRACE"] = "false" }, Off, "ENABLE_RUNTIME_TRACE"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld()
			test.set(&w)
			s, _ := w.resolve()
			if s.Telemetry.Mode != test.mode || s.Telemetry.Input != test.input {
				t.Errorf("decided %+v, want %s by %q", s.Telemetry, test.mode, test.input)
			}
			checkDeciders(t, s)
		})
	}
}

// checkDeciders finds each decision's input among the findings.
func checkDeciders(t *testing.T, s Settings) {
	t.Helper()
	for question, d := range map[string]Decision{"trace": s.Trace} {
		n := 0
		for _, f := range s.Findings {
			if f.Question == question && f.Decides {
				n++
				if f.Input != d.Input {
					t.Errorf("%s was decided by %q, and the findings say %q", question, d.Input, f.Input)
				}
			}
		}
		if n != 1 {
			t.Errorf("%s was decided by %d findings", question, n)
		}
	}
}

func TestTraceSwitch(t *testing.T) {
	tests := []struct {
		name  string
		set   func(w *world)
		mode  Mode
		input string
	}{
		{"nothing", func(w *world) {}, On, "default"},
		{"App.Disabled", func(w *world) { w.app.Disabled = true }, Off, "App.Disabled"},
		{"ENABLE_RUNTIME_TRACE=true", func(w *world) { w.env["ENABLE_RUNTIME_TRACE"] = "true" }, On, "ENABLE_RUNTIME_TRACE"},
		{"ENABLE_RUNTIME_TRACE=False", func(w *world) { w.env["ENABLE_RUNTIME_TRACE"] = "False" }, Off, "ENABLE_RUNTIME_TRACE"},
		{"ENABLE_RUNTIME_TRACE garbage", func(w *world) { w.env["ENABLE_RUNTIME_TRACE"] = "disabled" }, Off, "ENABLE_RUNTIME_TRACE"},
		{"ENABLE_RUNTIME_TRACE empty", func(w *world) { w.env["ENABLE_RUNTIME_TRACE"] = "" }, On, "default"},
		{"OTEL_SDK_DISABLED=true", func(w *world) { w.env["OTEL_SDK_DISABLED"] = "true" }, Off, "OTEL_SDK_DISABLED"},
		{"OTEL_SDK_DISABLED=TRUE", func(w *world) { w.env["OTEL_SDK_DISABLED"] = " TRUE " }, Off, "OTEL_SDK_DISABLED"},
		{"OTEL_SDK_DISABLED=1", func(w *world) { w.env["OTEL_SDK_DISABLED"] = "1" }, Off, "OTEL_SDK_DISABLED"},
		{"OTEL_SDK_DISABLED=false", func(w *world) { w.env["OTEL_SDK_DISABLED"] = "false" }, On, "default"},
		{"OTEL_SDK_DISABLED empty", func(w *world) { w.env["OTEL_SDK_DISABLED"] = "" }, On, "default"},
		{"OTEL_SDK_DISABLED garbage", func(w *world) { w.env["OTEL_SDK_DISABLED"] = "disabled" }, Off, "OTEL_SDK_DISABLED"},
		{"machine false", func(w *world) { w.topLine(machinePath, "enable_runtime_trace = false") }, Off, machinePath + ":1: enable_runtime_trace"},
		{"user false", func(w *world) { w.topLine(userPath, "enable_runtime_trace = false") }, Off, userPath + ":1: enable_runtime_trace"},
		{"project false", func(w *world) { w.topLine(projectPath, "enable_runtime_trace = false") }, Off, projectPath + ":1: enable_runtime_trace"},
		{"own variable", func(w *world) { w.env["CHESS_ENABLE_RUNTIME_TRACE"] = "0" }, Off, "CHESS_ENABLE_RUNTIME_TRACE"},
		{"shared variable", func(w *world) { w.env["RUNTIME__ENABLE_RUNTIME_TRACE"] = "off" }, Off, "RUNTIME__ENABLE_RUNTIME_TRACE"},
		{"own variable over another's yes", func(w *world) {
			w.env["ENABLE_RUNTIME_TRACE"] = "true"
			w.env["CHESS_ENABLE_RUNTIME_TRACE"] = "never"
		}, Off, "CHESS_ENABLE_RUNTIME_TRACE"},
		{"under [runtime]", func(w *world) { w.runtimeLine(userPath, "enable_runtime_trace = false") }, Off, userPath + ":2: runtime.enable_runtime_trace"},
		{"true under [runtime]", func(w *world) { w.runtimeLine(userPath, "enable_runtime_trace = true") }, On, userPath + ":2: runtime.enable_runtime_trace"},
		{"true at the top, false under [runtime]", func(w *world) {
			w.runtimeLine(userPath, "enable_runtime_trace = false")
			w.topLine(userPath, "enable_runtime_trace = true")
		}, Off, userPath + ":3: runtime.enable_runtime_trace"},
		{"under [runtime], of the wrong type", func(w *world) { w.runtimeLine(userPath, "enable_runtime_trace = 0") }, Off, userPath + ":2: runtime.enable_runtime_trace"},
		{"in another case", func(w *world) { w.topLine(userPath, "Enable_Runtime_Trace = true") }, Off, userPath + ":1: Enable_Runtime_Trace"},
		{"with hyphens", func(w *world) { w.topLine(projectPath, "enable-runtime-trace = false") }, Off, projectPath + ":1: enable-runtime-trace"},
		{"with hyphens under [runtime]", func(w *world) { w.runtimeLine(machinePath, "enable-runtime-trace = false") }, Off, machinePath + ":2: runtime.enable-runtime-trace"},
		{"under [Runtime]", func(w *world) { w.files[userPath] = "[Runtime]\nenable_runtime_trace = false\n" }, Off, userPath + ":2: Runtime.enable_runtime_trace"},
		{"in the braces of RUNTIME", func(w *world) { w.files[userPath] = "RUNTIME = { a = 1, enable_runtime_trace = false }\n" }, Off, userPath + ":1: RUNTIME.enable_runtime_trace"},
		{"Runtime is no table", func(w *world) { w.topLine(userPath, "Runtime = false") }, Off, userPath},
		{"Runtime is a list", func(w *world) { w.files[userPath] = "[[Runtime]]\nenable_runtime_trace = false\n" }, Off, userPath},
		{"near project says another thing", func(w *world) {
			w.runtimeLine(nearPath, "telemetry = false")
			w.topLine(projectPath, "enable_runtime_trace = false")
		}, Off, projectPath + ":1: enable_runtime_trace"},
		{"user false, env true", func(w *world) {
			w.env["ENABLE_RUNTIME_TRACE"] = "true"
			w.topLine(userPath, "enable_runtime_trace = false")
		}, Off, userPath + ":1: enable_runtime_trace"},
		{"not at the top", func(w *world) { w.files[userPath] = "[pipeline]\nenable_runtime_trace = false\n" }, On, "default"},
		{"of the wrong type", func(w *world) { w.topLine(userPath, `enable_runtime_trace = "true"`) }, Off, userPath + ":1: enable_runtime_trace"},
		{"a file that is broken", func(w *world) { w.files[userPath] = "[runtime\n" }, Off, userPath},
		{"a resource that the SDK prints about", func(w *world) { w.env["OTEL_RESOURCE_ATTRIBUTES"] = "team" }, Off, "OTEL_RESOURCE_ATTRIBUTES"},
		{"a sampler that the SDK prints about", func(w *world) { w.env["OTEL_TRACES_SAMPLER"] = "sometimes" }, Off, "OTEL_TRACES_SAMPLER"},
		{"a prefix that no variable can have", func(w *world) { w.app.Prefix = "chess" }, Off, "App"},
		{"an alias that means nothing", func(w *world) { w.app.Aliases = []Alias{{Key: "no_telemtry", Env: "X"}} }, Off, "App"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := everythingOn()
			test.set(&w)
			s, _ := w.resolve()
			if s.Trace.Mode != test.mode || s.Trace.Input != test.input {
				t.Errorf("decided %+v, want %s by %q", s.Trace, test.mode, test.input)
			}
			checkDeciders(t, s)
			if s.Trace.Mode == Off {
				checkNothingLeft(t, s)
			}
		})
	}
}

// everythingOn is a world in which every route sends.
func everythingOn() world {
	w := newWorld()
	w.consent(AnswerYes, schemaNow)
	w.env["CHESS_OTLP_ENDPOINT"] = "https://otlp.example.com"
	w.env["CHESS_OTLP_HEADERS"] = "authorization=Bearer%20x"
	w.env["CHESS_SENTRY_DSN"] = "https://key@sentry.example.com/1"
	w.env["CHESS_TELEMETRY_SEGMENT_WRITE_KEY"] = "k"
	return w
}

func TestEverythingOn(t *testing.T) {
	s, err := everythingOn().resolve()
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range map[string]Decision{"trace": s.Trace, "telemetry": s.Telemetry, "otlp": s.OTLP, "sentry": s.Sentry} {
		if d.Mode != On {
			t.Errorf("%s is %+v", name, d)
		}
	}
	if s.OTLPHeaders["authorization"] != "Bearer x" || s.WriteKey.Text != "k" || s.TelemetryEndpoint.Text != appEndpoint {
		t.Errorf("settings: %+v", s)
	}
}

// checkNothingLeft holds the master switch to its word: nothing is left that a
// route could be made of.
func checkNothingLeft(t *testing.T, s Settings) {
	t.Helper()
	for name, d := range map[string]Decision{"telemetry": s.Telemetry, "otlp": s.OTLP, "sentry": s.Sentry} {
		if d.Mode != Off || d.Input != s.Trace.Input {
			t.Errorf("tracing is off, and %s is %+v", name, d)
		}
	}
	for name, v := range map[string]Value{"endpoint": s.TelemetryEndpoint, "key": s.WriteKey, "dsn": s.SentryDSN, "otlp": s.OTLPEndpoint} {
		if v.Text != "" {
			t.Errorf("tracing is off, and the %s is still there", name)
		}
	}
	if s.OTLPHeaders != nil || s.Pending != PendingNothing || s.ConsentVersion != 0 {
		t.Errorf("tracing is off, and there is still %v, %v, %v", s.OTLPHeaders, s.Pending, s.ConsentVersion)
	}
}

func TestInvalidAppIsOff(t *testing.T) {
	s, err := Resolve(App{}, Inputs{})
	if err == nil || s.Trace.Mode != Off || s.Telemetry.Mode != Off {
		t.Errorf("an app without a name: %+v, %v", s, err)
	}
}

func TestZeroInputs(t *testing.T) {
	s, err := Resolve(App{Name: "chess", Endpoint: appEndpoint}, Inputs{})
	if err != nil || s.Telemetry.Mode != Off || s.OTLP.Mode != Off || s.Sentry.Mode != Off {
		t.Errorf("%+v, %v", s, err)
	}
	if s.Paths.User != "" || s.Paths.State != "" || s.Paths.Project != "" {
		t.Errorf("paths out of nowhere: %+v", s.Paths)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	contents := map[string]string{
		"empty": "", "garbage": "\x00\x01\x02", "not UTF-8": "[runtime]\n# \xff\n", "cut short": "[runtime]\ntelemetry =",
		"too long": "#" + strings.Repeat("x", maxFile) + "\n",
	}
	for name, content := range contents {
		for _, path := range []string{machinePath, userPath, projectPath, nearPath} {
			w := everythingOn()
			w.files[path] = content
			checkFileOff(t, w, name, path)
		}
	}
	failures := map[string]error{"a folder": errNotRegular(fs.ModeDir), "no permission": fs.ErrPermission}
	for name, err := range failures {
		for _, path := range []string{machinePath, userPath, projectPath, nearPath} {
			w := everythingOn()
			w.failures = map[string]error{path: err}
			checkFileOff(t, w, name, path)
		}
	}
}

func checkFileOff(t *testing.T, w world, name, path string) {
	t.Helper()
	s, err := w.resolve()
	if s.Trace.Mode != Off || s.Trace.Input != path {
		t.Errorf("%s, %s: %+v", name, path, s.Trace)
	}
	checkNothingLeft(t, s)
	if err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("%s, %s: the error is %v", name, path, err)
	}
}

func TestConsentVersion(t *testing.T) {
	tests := []struct {
		name    string
		set     func(w *world)
		mode    Mode
		version int
		pending Pending
	}{
		{"nobody asked", func(w *world) {}, Off, 0, PendingQuestion},
		{"nobody told", func(w *world) { w.app.Consent = OptOut }, Off, 0, PendingNotice},
		{"agreed to this schema", func(w *world) { w.consent(AnswerYes, 2) }, On, 2, PendingNothing},
		{"agreed to an older schema", func(w *world) { w.consent(AnswerYes, 1) }, On, 1, PendingQuestion},
		{"agreed to a newer schema", func(w *world) { w.consent(AnswerYes, 3) }, On, 2, PendingNothing},
		{"refused an older schema", func(w *world) { w.consent(AnswerNo, 1) }, Off, 0, PendingNothing},
		{"told of this schema", func(w *world) { w.app.Consent = OptOut; w.consent(AnswerTold, 2) }, On, 2, PendingNothing},
		{"told of an older schema", func(w *world) { w.app.Consent = OptOut; w.consent(AnswerTold, 1) }, On, 1, PendingNotice},
		{"agreed to an older schema, opt-out", func(w *world) { w.app.Consent = OptOut; w.consent(AnswerYes, 1) }, On, 1, PendingQuestion},
		{"told, now opt-in", func(w *world) { w.consent(AnswerTold, 2) }, Off, 0, PendingQuestion},
		{"garbage", func(w *world) { w.files[consentPath] = "{" }, Off, 0, PendingNothing},
		{"the user's file agrees", func(w *world) { w.runtimeLine(userPath, "telemetry = true") }, On, 2, PendingNothing},
		{"the user's file agrees, the record is older", func(w *world) { w.consent(AnswerYes, 1); w.runtimeLine(userPath, "telemetry = true") }, On, 1, PendingQuestion},
		{"the user's file agrees, the record is garbage", func(w *world) { w.files[consentPath] = "{"; w.runtimeLine(userPath, "telemetry = true") }, On, 1, PendingQuestion},
		{"the user's file agrees, this schema is refused", func(w *world) { w.consent(AnswerNo, 2); w.runtimeLine(userPath, "telemetry = true") }, On, 1, PendingNothing},
		{"the user's file agrees, an older schema is refused", func(w *world) {
			w.app.Schema.Version = 4
			w.consent(AnswerNo, 3)
			w.runtimeLine(userPath, "telemetry = true")
		}, On, 1, PendingQuestion},
		{"the same, opt-out", func(w *world) {
			w.app.Consent = OptOut
			w.consent(AnswerNo, 1)
			w.runtimeLine(userPath, "telemetry = true")
		}, On, 1, PendingQuestion},
		{"the environment means this run", func(w *world) { w.consent(AnswerYes, 1); w.env["CHESS_TELEMETRY"] = "1" }, On, 2, PendingNothing},
		{"turned off", func(w *world) { w.consent(AnswerYes, 1); w.env["DO_NOT_TRACK"] = "1" }, Off, 0, PendingNothing},
		{"no terminal", func(w *world) { w.terminal = false }, Off, 0, PendingNothing},
		{"CI", func(w *world) { w.machine.CI = true }, Off, 0, PendingNothing},
		{"container", func(w *world) { w.machine.Container = true }, Off, 0, PendingNothing},
		{"nowhere to keep an answer", func(w *world) { w.env["HOME"] = "" }, Off, 0, PendingNothing},
		{"nothing to send to", func(w *world) { w.app.Endpoint = "" }, Off, 0, PendingNothing},
		{"tracing off", func(w *world) { w.app.Disabled = true }, Off, 0, PendingNothing},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld()
			test.set(&w)
			s, _ := w.resolve()
			if s.Telemetry.Mode != test.mode || s.ConsentVersion != test.version || s.Pending != test.pending {
				t.Errorf("mode %s, version %d, pending %d; want %s, %d, %d", s.Telemetry.Mode, s.ConsentVersion, s.Pending, test.mode, test.version, test.pending)
			}
			if s.Telemetry.Mode == On && s.ConsentVersion < schemaNow && !strings.Contains(s.Telemetry.Reason, "newer than version 1 is not sent") {
				t.Errorf("the reason does not say what is not sent: %q", s.Telemetry.Reason)
			}
			in := w.inputs()
			in.Quiet = true
			if s, _ := Resolve(w.app, in); s.Pending != PendingNothing {
				t.Error("a quiet run speaks")
			}
		})
	}
}

func TestRest(t *testing.T) {
	levels := map[string]slog.Level{
		"": slog.LevelWarn, "debug": slog.LevelDebug, "INFO": slog.LevelInfo, "Warning": slog.LevelWarn, "warn": slog.LevelWarn,
		"error": slog.LevelError, "CRITICAL": slog.LevelError + 4, "nonsense": slog.LevelWarn,
	}
	for text, want := range levels {
		w := newWorld()
		w.env["RUNTIME__LOG_LEVEL"] = text
		s, err := w.resolve()
		if s.LogLevel != want || (err != nil) != (text == "nonsense") {
			t.Errorf("log level %q: %v, %v", text, s.LogLevel, err)
		}
	}
	w := newWorld()
	w.env["CHESS_TELEMETRY_DEBUG"], w.env["NO_COLOR"] = "1", "x"
	if s, _ := w.resolve(); !s.Debug || !s.NoColor {
		t.Error("debug and colour are not as the environment says")
	}
	for text, want := range map[string]string{"me-1": "me-1", " ": "", "01J.x_": "01J.x_", "a b": "", "\"": "", strings.Repeat("x", 65): ""} {
		w := newWorld()
		w.env["CHESS_ANONYMOUS_ID"] = text
		s, err := w.resolve()
		if s.AnonymousID.Text != want || s.AnonymousID.Source != "CHESS_ANONYMOUS_ID" || (err == nil) != (want != "") {
			t.Errorf("id %q: %+v, %v", text, s.AnonymousID, err)
		}
	}
}
