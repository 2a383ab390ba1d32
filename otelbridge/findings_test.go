package otelbridge

import (
	"slices"
	"testing"
)

// TestFindingsNameEveryInput: whatever a resolution looks at is listed, set or
// not, so that a person sees where a switch could be.
func TestFindingsNameEveryInput(t *testing.T) {
	w := propertyWorld()
	w.files[projectPath] = "[runtime]\nlog_level = \"INFO\"\n"
	s, err := w.resolve()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"trace": {
			"App.Disabled", "CHESS_ENABLE_RUNTIME_TRACE", "ENABLE_RUNTIME_TRACE", "RUNTIME__ENABLE_RUNTIME_TRACE", "OTEL_SDK_DISABLED", "OTEL_RESOURCE_ATTRIBUTES", "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG",
			projectPath + ": enable_runtime_trace", userPath + ": enable_runtime_trace", machinePath + ": enable_runtime_trace", "default",
		},
		"telemetry": {
			"CHESS_NO_TELEMETRY", "DO_NOT_TRACK", "OLD_NO_TELEMETRY", "OFFLINE", machinePath + ": telemetry", "--disable-telemetry",
			"CHESS_TELEMETRY", "RUNTIME__TELEMETRY", "OLD_TELEMETRY", projectPath + ": telemetry", userPath + ": telemetry", "--enable-telemetry",
			consentPath, "default",
		},
		"telemetry_endpoint": {"App.Endpoint"},
		"log_level":          {projectPath + ":2: runtime.log_level"},
	}
	got := map[string][]string{}
	for _, f := range s.Findings {
		got[f.Question] = append(got[f.Question], f.Input)
	}
	for question, inputs := range want {
		if !slices.Equal(got[question], inputs) {
			t.Errorf("%s: %q\nwant %q", question, got[question], inputs)
		}
	}
	if len(got) != len(want) {
		t.Errorf("questions: %q", got)
	}
}

// TestFindingsAgree: what is listed as deciding did decide, for each question.
func TestFindingsAgree(t *testing.T) {
	for _, change := range append(append(ons(), offs()...), unknowns()...) {
		w := everythingOn()
		w.app = propertyWorld().app
		change.make(&w)
		s, _ := w.resolve()
		deciders := map[string][]string{}
		for _, f := range s.Findings {
			if f.Decides {
				deciders[f.Question] = append(deciders[f.Question], f.Input)
			}
		}
		for _, question := range []string{"trace", "telemetry"} {
			if len(deciders[question]) != 1 {
				t.Errorf("%s: %s was decided by %q", change.name, question, deciders[question])
			}
		}
		if s.Trace.Input != deciders["trace"][0] {
			t.Errorf("%s: %+v, and the findings say %q", change.name, s.Trace, deciders["trace"])
		}
		inputs := append(append(deciders["telemetry"], deciders["telemetry_endpoint"]...), s.Trace.Input)
		if !slices.Contains(inputs, s.Telemetry.Input) {
			t.Errorf("%s: %+v, and the findings say %q", change.name, s.Telemetry, inputs)
		}
	}
}

func BenchmarkResolve(b *testing.B) {
	b.Chdir(b.TempDir())
	b.Setenv("HOME", b.TempDir())
	app := App{Name: "chess", Endpoint: appEndpoint}
	for b.Loop() {
		if _, err := Resolve(app, ProcessInputs(app)); err != nil {
			b.Fatal(err)
		}
	}
}
