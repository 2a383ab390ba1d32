package anon

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func testMachine(env map[string]string, files ...string) Machine {
	return readMachine("tool", "1.2.3",
		func(name string) string { return env[name] },
		func(path string) bool { return slices.Contains(files, path) },
		"6.1.0-28-amd64-alice-custom", 4711)
}

func TestMachineDetectsCI(t *testing.T) {
	for _, name := range ciVariables {
		for value, want := range map[string]bool{"1": true, "true": true, "anything": true, "": false, "0": false, "false": false, " No ": false, "OFF": false} {
			if got := testMachine(map[string]string{name: value}).CI; got != want {
				t.Errorf("%s=%q: CI is %v", name, value, got)
			}
		}
	}
}

func TestMachineDetectsEnvironments(t *testing.T) {
	for name, tt := range map[string]struct {
		env   map[string]string
		files []string
		want  []string
	}{
		"none":              {nil, nil, []string{}},
		"kubernetes by pod": {map[string]string{"KUBE_POD_NAME": "secret-pod"}, nil, []string{"kubernetes"}},
		"kubernetes":        {map[string]string{"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, nil, []string{"kubernetes", "docker"}},
		"docker":            {nil, []string{"/.dockerenv"}, []string{"docker"}},
		"podman":            {nil, []string{"/run/.containerenv"}, []string{"docker"}},
		"two at once":       {map[string]string{"CODESPACES": "true", "GITHUB_ACTIONS": "true"}, nil, []string{"codespaces", "github_actions"}},
		"agent":             {map[string]string{"CLAUDECODE": "1"}, nil, []string{"claude_code"}},
		"agent off":         {map[string]string{"CLAUDECODE": "0", "CURSOR_AGENT": "", "CODEX_CI": "yes"}, nil, []string{}},
		"agent known twice": {map[string]string{"CODEX_CI": "1", "CODEX_SANDBOX": "seatbelt"}, nil, []string{"codex"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, testMachine(tt.env, tt.files...).Exec); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMachineIsDisposable(t *testing.T) {
	nowhere := func(string) bool { return false }
	for name, tt := range map[string]struct {
		env  map[string]string
		pid  int
		want bool
		exec []string
	}{
		"desktop":                {nil, 4711, false, []string{}},
		"first of its container": {nil, 1, true, []string{}},
		"lambda":                 {map[string]string{"AWS_LAMBDA_FUNCTION_NAME": "f"}, 8, true, []string{"aws_lambda"}},
		"fargate":                {map[string]string{"ECS_CONTAINER_METADATA_URI_V4": "http://169.254.170.2/v4/x"}, 8, true, []string{}},
		"cloud run":              {map[string]string{"CLOUD_RUN_JOB": "j"}, 8, true, []string{"cloud_run"}},
		"kubernetes":             {map[string]string{"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, 8, true, []string{"kubernetes", "docker"}},
	} {
		m := readMachine("tool", "1.2.3", func(name string) string { return tt.env[name] }, nowhere, "", tt.pid)
		if diff := cmp.Diff(tt.exec, m.Exec); m.Container != tt.want || diff != "" {
			t.Errorf("%s: container %v\n%s", name, m.Container, diff)
		}
	}
}

// The release is what the system itself tells.
func TestReleaseOfTheSystem(t *testing.T) {
	want, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		t.Skip(err)
	}
	if got := osRelease(); got != strings.TrimSpace(string(want)) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMachineIsCoarse(t *testing.T) {
	m := testMachine(nil)
	if m.OSVersion != "6.1.0" {
		t.Errorf("OS version %q", m.OSVersion)
	}
	for in, want := range map[string]string{"6.1.0": "6.1.0", "5.15": "5.15", "6.18.44-fc-v669": "6.18.44", "4.19.128-microsoft-standard": "4.19.128", "10.0.19045.1": "10.0.19045", "": "", "custom": "", "6.": "6"} {
		if got := releaseNumber(in); got != want {
			t.Errorf("releaseNumber(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"go1.26.8": "1.26.8", "go1.27rc1": "1.27rc1", "go1.26.8 X:jsonv2": "1.26.8", "devel go1.28-abc": "devel"} {
		if got := goVersion(in); got != want {
			t.Errorf("goVersion(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMachineAsJSON(t *testing.T) {
	m := Machine{CI: true, CPU: 8, Exec: []string{"docker", "airflow"}, OS: "linux", OSVersion: "6.1.0", Go: "1.26.8", Library: "tool", LibraryVersion: "1.2.3"}
	var got any
	if err := json.Unmarshal(append(m.AppendJSON([]byte{'{'}), '}'), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"ci_run": true, "cpu": 8.0, "exec_info": []any{"docker", "airflow"}, "go": "1.26.8",
		"library": map[string]any{"name": "tool", "version": "1.2.3"},
		"os":      map[string]any{"name": "linux", "version": "6.1.0"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadMachine(t *testing.T) {
	m := ReadMachine("tool", "feature-branch")
	if m.CPU < 1 || m.OS == "" || m.Go == "" || m.LibraryVersion != "devel" || m.Exec == nil {
		t.Errorf("%+v", m)
	}
}

// TestEnvironmentsAreAll: the published list has every word that can be sent.
func TestEnvironmentsAreAll(t *testing.T) {
	published := Environments()
	env := map[string]string{}
	for _, e := range execVariables {
		env[e.variables[0]] = "1"
	}
	for _, a := range agentVariables {
		env[a.variable] = "1"
	}
	for _, word := range testMachine(env, "/.dockerenv").Exec {
		if !slices.Contains(published, word) {
			t.Errorf("%q is not published", word)
		}
	}
	if len(published) < 15 {
		t.Errorf("published: %v", published)
	}
}
