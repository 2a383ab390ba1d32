package otelbridge

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// The two promises of the switches, over random worlds: an off that is added
// turns nothing on, and neither does a value that nobody understands.

const canary = "c4n4ry"

// change is something that a person, a project or a machine may add.
type change struct {
	name string
	make func(w *world)
}

func setEnv(name, value string) change {
	return change{name + "=" + value, func(w *world) { w.env[name] = value }}
}

func addLine(path, line string) change {
	return change{path + ": " + line, func(w *world) { w.runtimeLine(path, line) }}
}

func addTop(path, line string) change {
	return change{path + ": at the top " + line, func(w *world) { w.topLine(path, line) }}
}

func configPaths() []string { return []string{machinePath, userPath, projectPath, nearPath} }

// offs are all ways to turn something off.
func offs() []change {
	changes := []change{
		{"--disable-telemetry", func(w *world) { w.disable = true }},
		{"App.Disabled", func(w *world) { w.app.Disabled = true }},
		{"consent no", func(w *world) { w.consent(AnswerNo, schemaNow) }},
		setEnv("OTEL_SDK_DISABLED", "true"), setEnv("OTEL_TRACES_EXPORTER", "none"),
		setEnv("OTEL_TRACES_EXPORTER", "otlp,none"),
	}
	for _, v := range []string{"1", "true", "0", "false", "no", "x", " "} {
		changes = append(changes, setEnv("CHESS_NO_TELEMETRY", v), setEnv("DO_NOT_TRACK", v), setEnv("OLD_NO_TELEMETRY", v))
	}
	for _, v := range []string{"0", "false", "no", "off", " OFF "} {
		changes = append(changes, setEnv("CHESS_TELEMETRY", v), setEnv("RUNTIME__TELEMETRY", v), setEnv("OLD_TELEMETRY", v), setEnv("ENABLE_RUNTIME_TRACE", v),
			setEnv("CHESS_ENABLE_RUNTIME_TRACE", v), setEnv("RUNTIME__ENABLE_RUNTIME_TRACE", v))
		for _, key := range []string{"TELEMETRY_ENDPOINT", "SENTRY_DSN", "OTLP_ENDPOINT"} {
			changes = append(changes, setEnv("CHESS_"+key, v), setEnv("RUNTIME__"+key, v))
		}
	}
	changes = append(changes, setEnv("OFFLINE", "1"), setEnv("OFFLINE", "yes"))
	for _, path := range configPaths() {
		changes = append(changes, addLine(path, "telemetry = false"), addLine(path, "old_telemetry = false"),
			addLine(path, `sentry_dsn = "off"`), addLine(path, `otlp_endpoint = "none"`), addLine(path, `telemetry_endpoint = "off"`), addLine(path, `otlp_attributes = "anonymous"`),
			addTop(path, "enable_runtime_trace = false"), addLine(path, "enable_runtime_trace = false"))
		for _, line := range misspeltLines("false", `"off"`) {
			changes = append(changes, addTop(path, line))
		}
	}
	return changes
}

// misspeltLines are our names where they are not read, or almost our names, at
// the top of a file.
func misspeltLines(word, endpoint string) []string {
	return []string{
		"Enable_runtime_trace = " + word, "enable-runtime-trace = " + word, "Runtime.enable_runtime_trace = " + word,
		"telemetry = " + word, "Telemetry = " + word, "OLD-telemetry = " + word, "Runtime = { telemetry = " + word + " }",
		"otlp_endpoint = " + endpoint, "RUNTIME.otlp-endpoint = " + endpoint, "Sentry-DSN = " + endpoint,
	}
}

// unknowns are values that mean nothing.
func unknowns() []change {
	var changes []change
	for _, v := range []string{"maybe", "t", "2", "enabled", " ", "tru e", "\xff", "null"} {
		for _, name := range []string{
			"CHESS_TELEMETRY", "RUNTIME__TELEMETRY", "OLD_TELEMETRY", "CHESS_NO_TELEMETRY", "DO_NOT_TRACK", "OFFLINE",
			"ENABLE_RUNTIME_TRACE", "CHESS_ENABLE_RUNTIME_TRACE", "RUNTIME__ENABLE_RUNTIME_TRACE", "OTEL_SDK_DISABLED", "OTEL_TRACES_EXPORTER",
			"CHESS_TELEMETRY_ENDPOINT", "CHESS_OTLP_ENDPOINT", "CHESS_OTLP_HEADERS", "CHESS_OTLP_ATTRIBUTES", "RUNTIME__SENTRY_ATTRIBUTES",
			"CHESS_SENTRY_DSN", "CHESS_LOG_LEVEL", "CHESS_TELEMETRY_DEBUG", "CHESS_ANONYMOUS_ID", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
			"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_PROTOCOL",
		} {
			changes = append(changes, setEnv(name, v))
		}
		if strings.TrimSpace(v) != "" { // the SDK takes a blank one for unset
			changes = append(changes, setEnv("OTEL_TRACES_SAMPLER", v), setEnv("OTEL_RESOURCE_ATTRIBUTES", v))
		}
	}
	for _, path := range configPaths() {
		for _, line := range []string{
			`telemetry = "true"`, "telemetry = 1", "telemetry = []", "old_telemetry = 1.5", "unknown = true", "sentry_dsn = true",
			`otlp_endpoint = "maybe"`, "otlp_endpoint = 1", `otlp_attributes = "maybe"`, "otlp_headers = 1", "log_level = 3", "telemetry = ",
			"Telemetry = true", "enable_runtime_trace = 1", "Enable-Runtime-Trace = true", `OTLP_endpoint = "https://otlp.example.com"`, `sentry-dsn = "x"`,
		} {
			changes = append(changes, addLine(path, line))
		}
		for _, line := range misspeltLines("true", `"https://k@h.example.com/1"`) {
			changes = append(changes, addTop(path, line))
		}
		changes = append(changes, addTop(path, `enable_runtime_trace = "true"`), addTop(path, "runtime = 1"))
		for _, content := range []string{"", "[", "\xff", "[[runtime]]\n"} {
			changes = append(changes, change{path + " is " + content, func(w *world) { w.files[path] = content }})
		}
	}
	for _, content := range []string{"", "{}", "yes", `{"answer":"yes"}`, `{"answer":"YES","schema":2}`, "\xff"} {
		changes = append(changes, change{"consent is " + content, func(w *world) { w.files[consentPath] = content }})
	}
	return changes
}

// ons are all ways to turn something on, with a canary in each secret.
func ons() []change {
	changes := []change{
		{"--enable-telemetry", func(w *world) { w.enable = true }},
		{"consent yes", func(w *world) { w.consent(AnswerYes, schemaNow) }},
		{"consent yes, old", func(w *world) { w.consent(AnswerYes, 1) }},
		{"told", func(w *world) { w.app.Consent = OptOut; w.consent(AnswerTold, schemaNow) }},
		{"opt-out", func(w *world) { w.app.Consent = OptOut }},
		{"CI", func(w *world) { w.machine.CI = true }},
		setEnv("CHESS_TELEMETRY", "log"), setEnv("OTEL_SDK_DISABLED", "false"), setEnv("OTEL_TRACES_EXPORTER", "otlp"), setEnv("OFFLINE", "0"),
		setEnv("CHESS_SENTRY_DSN", "https://"+canary+"@sentry.example.com/1"),
		setEnv("CHESS_OTLP_HEADERS", "a="+canary), setEnv("CHESS_TELEMETRY_SEGMENT_WRITE_KEY", canary),
		setEnv("OTEL_EXPORTER_OTLP_ENDPOINT", "https://otel.example.com/?api_key="+canary), setEnv("CHESS_TELEMETRY_ENDPOINT", "https://t.example.com#"+canary), setEnv("OTEL_EXPORTER_OTLP_HEADERS", "a="+canary),
		setEnv("CHESS_OTLP_ENDPOINT", "https://u:"+canary+"@otlp.example.com"), setEnv("CHESS_OTLP_HEADERS", canary),
		setEnv("OTEL_RESOURCE_ATTRIBUTES", "user="+canary), setEnv("OTEL_RESOURCE_ATTRIBUTES", canary),
	}
	for _, v := range []string{"1", "true", "on"} {
		changes = append(changes, setEnv("CHESS_TELEMETRY", v), setEnv("RUNTIME__TELEMETRY", v), setEnv("ENABLE_RUNTIME_TRACE", v),
			setEnv("CHESS_ENABLE_RUNTIME_TRACE", v), setEnv("RUNTIME__ENABLE_RUNTIME_TRACE", v))
	}
	for _, path := range configPaths() {
		changes = append(changes, addLine(path, "telemetry = true"), addTop(path, "enable_runtime_trace = true"), addLine(path, "enable_runtime_trace = true"),
			addLine(path, `otlp_endpoint = "https://otlp.example.com/?key=`+canary+`"`),
			addLine(path, `sentry_dsn = "https://`+canary+`@sentry.example.com/2"`),
			addLine(path, `otlp_endpoint = "https://otlp.example.com"`), addLine(path, `otlp_headers = "a=`+canary+`"`),
			addLine(path, `telemetry_segment_write_key = "`+canary+`"`), addLine(path, `otlp_attributes = "all"`))
	}
	return changes
}

func propertyWorld() world {
	w := newWorld()
	w.app.RuntimeKeys = []string{"request_timeout"}
	w.app.Aliases = []Alias{
		{Key: "telemetry", Env: "OLD_TELEMETRY", TOML: "old_telemetry"}, {Key: "no_telemetry", Env: "OLD_NO_TELEMETRY"}, {Key: "offline", Env: "OFFLINE"},
	}
	return w
}

// reach is how much may leave, for comparison: more is more.
func reach(s Settings) map[string]int {
	r := map[string]int{
		"trace": int(s.Trace.Mode), "telemetry": int(s.Telemetry.Mode), "otlp": int(s.OTLP.Mode), "sentry": int(s.Sentry.Mode),
		"telemetry sends": sends(s.Telemetry), "otlp endpoint": len(s.OTLPEndpoint.Text) * sends(s.OTLP), "sentry dsn": len(s.SentryDSN.Text) * sends(s.Sentry),
		"version": s.ConsentVersion, "otlp shows": int(s.OTLPAttributes) * sends(s.OTLP), "sentry shows": int(s.SentryAttributes) * sends(s.Sentry),
	}
	return r
}

func sends(d Decision) int {
	if d.Mode == On {
		return 1
	}
	return 0
}

func TestNothingTurnsOnByOffOrUnknown(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	on := ons()
	all := append(append(ons(), offs()...), unknowns()...)
	added := append(offs(), unknowns()...)
	for n := range 8000 {
		w := propertyWorld()
		var made []string
		for range random.IntN(7) {
			c := all[random.IntN(len(all))]
			if random.IntN(2) == 0 {
				c = on[random.IntN(len(on))]
			}
			c.make(&w)
			made = append(made, c.name)
		}
		before, err := w.resolve()
		checkNoCanary(t, made, before, err)
		c := added[random.IntN(len(added))]
		with := w.clone()
		c.make(&with)
		after, err := with.resolve()
		checkNoCanary(t, append(made, c.name), after, err)
		was := reach(before)
		for what, now := range reach(after) {
			if now > was[what] && !replaces(what) {
				t.Fatalf("world %d: %q adds to %s: %d, before %d\n%s", n, c.name, what, now, was[what], strings.Join(made, "\n"))
			}
		}
		if t.Failed() {
			return
		}
	}
}

// replaces says which figures may differ because one valid text takes the place
// of another: only whether there is a text counts, and that is in the mode.
func replaces(what string) bool {
	return strings.HasSuffix(what, "endpoint") || strings.HasSuffix(what, "dsn")
}

// checkNoCanary holds what is shown to people to its word: no secrets.
func checkNoCanary(t *testing.T, made []string, s Settings, err error) {
	t.Helper()
	shown := fmt.Sprintln(s.Findings, s.Trace, s.Telemetry, s.OTLP, s.Sentry, err)
	if strings.Contains(shown, canary) {
		t.Errorf("a secret is shown after %q:\n%s", made, shown)
	}
}

// TestPairs resolves every pair of inputs of the table and compares with the
// table itself: the first rank that says anything, and in it the least.
func TestPairs(t *testing.T) {
	type input struct {
		change
		rank int
		mode Mode
	}
	inputs := []input{
		{setEnv("CHESS_NO_TELEMETRY", "1"), rankKill, Off},
		{setEnv("DO_NOT_TRACK", "0"), rankKill, Off},
		{setEnv("OFFLINE", "true"), rankKill, Off},
		{addLine(machinePath, "telemetry = false"), rankMachine, Off},
		{addLine(userPath, "nonsense = 1"), rankMachine, Off},
		{addLine(projectPath, "nonsense = 1"), rankMachine, Off},
		{change{"--disable-telemetry", func(w *world) { w.disable = true }}, rankFlag, Off},
		{setEnv("CHESS_TELEMETRY", "1"), rankEnv, On},
		{setEnv("RUNTIME__TELEMETRY", "log"), rankEnv, Log},
		{setEnv("RUNTIME__TELEMETRY", "off"), rankEnv, Off},
		{addTop(userPath, "telemetry = true"), rankMachine, Off},
		{addTop(projectPath, "Telemetry = true"), rankMachine, Off},
		{addTop(userPath, "Runtime.telemetry = true"), rankMachine, Off},
		{setEnv("OLD_TELEMETRY", "0"), rankEnv, Off},
		{setEnv("OLD_TELEMETRY", "garbage"), rankEnv, Off},
		{addLine(projectPath, "telemetry = false"), rankProject, Off},
		{addLine(nearPath, "old_telemetry = false"), rankProject, Off},
		{addLine(userPath, "telemetry = true"), rankUser, On},
		{addLine(userPath, "old_telemetry = false"), rankUser, Off},
		{change{"--enable-telemetry", func(w *world) { w.enable = true }}, rankUser, On},
		{change{"consent yes", func(w *world) { w.consent(AnswerYes, schemaNow) }}, rankConsent, On},
		{change{"consent no", func(w *world) { w.consent(AnswerNo, schemaNow) }}, rankConsent, Off},
		{change{"told", func(w *world) { w.app.Consent = OptOut; w.consent(AnswerTold, schemaNow) }}, rankDefault, On},
		{change{"opt-out", func(w *world) { w.app.Consent = OptOut }}, rankDefault, Off},
		// Inputs without a say.
		{setEnv("OFFLINE", "no"), rankDefault + 1, Off},
		{setEnv("RUNTIME__TELEMETRY", "yes"), rankDefault + 1, Off},
		{addLine(projectPath, "telemetry = true"), rankDefault + 1, Off},
		{addLine(machinePath, "telemetry = true"), rankDefault + 1, Off},
	}
	exclusive := func(a, b input) bool {
		return strings.HasPrefix(b.name, strings.SplitAfter(a.name, "=")[0]) && strings.Contains(a.name, "=") && !strings.Contains(a.name, ": ") ||
			isConsentChange(a.name) && isConsentChange(b.name)
	}
	for _, a := range inputs {
		for _, b := range inputs {
			if exclusive(a, b) && a.name != b.name {
				continue
			}
			w := propertyWorld()
			a.make(&w)
			if b.name != a.name {
				b.make(&w)
			}
			want := a.mode
			if b.rank < a.rank || b.rank == a.rank && b.mode < a.mode {
				want = b.mode
			}
			s, _ := w.resolve()
			if s.Telemetry.Mode != want {
				t.Errorf("%q and %q: %+v, want %s", a.name, b.name, s.Telemetry, want)
			}
		}
	}
}

func isConsentChange(name string) bool {
	return strings.HasPrefix(name, "consent") || name == "told" || name == "opt-out"
}
