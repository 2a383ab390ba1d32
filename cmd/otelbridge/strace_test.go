//go:build linux

package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A machine on which everything that can be on is on.
const (
	userFile    = "home/.config/otelbridge/config.toml"
	consentFile = "home/.local/state/otelbridge/consent"
	projectFile = "work/.otelbridge/config.toml"
	yes         = `{"answer":"yes","schema":1,"time":"2026-11-20T10:00:00Z","how":"prompt"}`
)

// machine is what a run finds: variables, and files below the folder of a test.
type machine struct {
	env   map[string]string
	files map[string]string
	etc   string // of /etc/otelbridge/config.toml
	// waiting says that an earlier run left records on all routes.
	waiting bool
}

// TestOff runs the built program under strace with each off switch alone: no
// connection, no file made or opened for writing, no other process, and on
// stdout and stderr byte for byte what a build without telemetry prints.
func TestOff(t *testing.T) {
	off := map[string]machine{
		"nobody was asked":      {files: map[string]string{consentFile: ""}},
		"DO_NOT_TRACK":          {env: map[string]string{"DO_NOT_TRACK": "1"}},
		"DO_NOT_TRACK=0":        {env: map[string]string{"DO_NOT_TRACK": "0"}},
		"NO_TELEMETRY":          {env: map[string]string{"OTELBRIDGE_NO_TELEMETRY": "no"}},
		"TELEMETRY=0":           {env: map[string]string{"OTELBRIDGE_TELEMETRY": "0"}},
		"TELEMETRY is unknown":  {env: map[string]string{"OTELBRIDGE_TELEMETRY": "oui"}},
		"RUNTIME__TELEMETRY":    {env: map[string]string{"RUNTIME__TELEMETRY": "off"}},
		"it is unknown":         {env: map[string]string{"RUNTIME__TELEMETRY": "oui"}},
		"the user's file":       {files: map[string]string{userFile: "[runtime]\ntelemetry = false\n"}},
		"the user's is garbage": {files: map[string]string{userFile: "= garbage"}},
		"it is not UTF-8":       {files: map[string]string{userFile: "\xff"}},
		"the project's file":    {files: map[string]string{projectFile: "[runtime]\ntelemetry = false\n"}},
		"the machine's file":    {etc: "[runtime]\ntelemetry = false\n"},
		"consent is no":         {files: map[string]string{consentFile: strings.Replace(yes, "yes", "no", 1)}},
		"consent is garbage":    {files: map[string]string{consentFile: "garbage"}},
		"consent is a folder":   {files: map[string]string{consentFile + "/file": "\n", consentFile: ""}},
		"a project's off":       {files: map[string]string{projectFile: "[runtime]\ntelemetry_endpoint = \"off\"\n"}},
		"a link to nowhere":     {files: map[string]string{userFile: "-> nowhere"}},
		"the general off":       {env: map[string]string{"RUNTIME__TELEMETRY_ENDPOINT": "off"}},
		"no endpoint":           {env: map[string]string{"OTELBRIDGE_TELEMETRY_ENDPOINT": ""}},
		"endpoint is off":       {env: map[string]string{"OTELBRIDGE_TELEMETRY_ENDPOINT": "off"}},
		"endpoint is http":      {env: map[string]string{"OTELBRIDGE_TELEMETRY_ENDPOINT": "http://192.0.2.1/"}},
		"no home":               {env: map[string]string{"HOME": ""}},
	}
	for name, m := range off {
		t.Run(name, func(t *testing.T) { provenOff(t, m) })
	}
}

// TestMasterSwitch does the same with all routes configured.
func TestMasterSwitch(t *testing.T) {
	off := map[string]machine{
		"ENABLE_RUNTIME_TRACE":             {env: map[string]string{"ENABLE_RUNTIME_TRACE": "false"}},
		"OTELBRIDGE_ENABLE_RUNTIME_TRACE":  {env: map[string]string{"OTELBRIDGE_ENABLE_RUNTIME_TRACE": "false"}},
		"RUNTIME__ENABLE_RUNTIME_TRACE":    {env: map[string]string{"RUNTIME__ENABLE_RUNTIME_TRACE": "false"}},
		"it is unknown":                    {env: map[string]string{"ENABLE_RUNTIME_TRACE": "nein"}},
		"OTEL_SDK_DISABLED":                {env: map[string]string{"OTEL_SDK_DISABLED": "true"}},
		"OTEL_SDK_DISABLED is unknown":     {env: map[string]string{"OTEL_SDK_DISABLED": "oui"}},
		"the user's file":                  {files: map[string]string{userFile: "enable_runtime_trace = false\n"}},
		"the user's file, under [runtime]": {files: map[string]string{userFile: "[runtime]\nenable_runtime_trace = false\n"}},
		"the user's file, misspelt":        {files: map[string]string{userFile: "Enable-Runtime-Trace = false\n"}},
		"the project's file":               {files: map[string]string{projectFile: "enable_runtime_trace = false\n"}},
		"the machine's file":               {etc: "enable_runtime_trace = false\n"},
		"a malformed resource":             {env: map[string]string{"OTEL_RESOURCE_ATTRIBUTES": "a=%zz"}},
		"an unknown sampler":               {env: map[string]string{"OTEL_TRACES_SAMPLER": "never"}},
		"a malformed ratio":                {env: map[string]string{"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "2"}},
	}
	for name, m := range off {
		t.Run(name, func(t *testing.T) { provenOff(t, m.allRoutes()) })
	}
}

// TestRouteOff does the same where nobody agreed to anonymous events, and the
// operator's route alone is configured and off again.
func TestRouteOff(t *testing.T) {
	collector := "OTEL_EXPORTER_OTLP_ENDPOINT"
	off := map[string]machine{
		"otlp_endpoint":             {env: map[string]string{"OTELBRIDGE_OTLP_ENDPOINT": "off", collector: "$RECEIVER"}},
		"RUNTIME__OTLP_ENDPOINT":    {env: map[string]string{"RUNTIME__OTLP_ENDPOINT": "none", collector: "$RECEIVER"}},
		"it is stronger than ours":  {env: map[string]string{"RUNTIME__OTLP_ENDPOINT": "off", "OTELBRIDGE_OTLP_ENDPOINT": "$RECEIVER"}},
		"OTEL_TRACES_EXPORTER":      {env: map[string]string{"OTEL_TRACES_EXPORTER": "none", "OTELBRIDGE_OTLP_ENDPOINT": "$RECEIVER"}},
		"another protocol":          {env: map[string]string{"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", collector: "$RECEIVER"}},
		"a malformed timeout":       {env: map[string]string{"OTEL_EXPORTER_OTLP_TIMEOUT": "10s", collector: "$RECEIVER"}},
		"sentry_dsn":                {env: map[string]string{"OTELBRIDGE_SENTRY_DSN": "off"}, files: map[string]string{userFile: "[runtime]\nsentry_dsn = \"$SENTRY\"\n"}},
		"the user's is stronger":    {files: map[string]string{userFile: "[runtime]\nsentry_dsn = \"off\"\n", projectFile: "[runtime]\nsentry_dsn = \"$SENTRY\"\n"}},
		"SENTRY_DSN is nobody's":    {env: map[string]string{"SENTRY_DSN": "$SENTRY"}},
		"a DSN that is none":        {env: map[string]string{"OTELBRIDGE_SENTRY_DSN": "$RECEIVER"}},
		"the user's file, misspelt": {files: map[string]string{userFile: "[runtime]\nSentry-DSN = \"$SENTRY\"\n"}},
	}
	for name, m := range off {
		if m.files == nil {
			m.files = map[string]string{}
		}
		m.files[consentFile] = ""
		t.Run(name, func(t *testing.T) { provenOff(t, m) })
	}
}

// TestOnIsSeen keeps the others honest: the same measurement sees a connection,
// files and a child where nothing is off.
func TestOnIsSeen(t *testing.T) {
	for name, m := range map[string]machine{
		"anonymous": {},
		"all":       machine{}.allRoutes(),
		"collector": {env: map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "$RECEIVER"}, files: map[string]string{consentFile: ""}},
		"sentry":    {files: map[string]string{consentFile: "", projectFile: "[runtime]\nsentry_dsn = \"$SENTRY\"\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			seen := m.run(t, "version")
			if seen.connects == 0 || seen.writes == 0 || seen.processes == 0 {
				t.Errorf("saw %d connections, %d files written, %d processes", seen.connects, seen.writes, seen.processes)
			}
		})
	}
}

// TestLookingSendsNothing: whoever looks at telemetry that is on, or turns it
// off, sends nothing by that, and looking makes no file either, also where
// something waits and where it would be sent by the process itself.
func TestLookingSendsNothing(t *testing.T) {
	for name, env := range map[string]map[string]string{"at a terminal": nil, "in CI": {"CI": "true"}} {
		looked := machine{env: env, waiting: true}.allRoutes()
		for _, args := range [][]string{
			{"telemetry"}, {"telemetry", "status"}, {"telemetry", "status", "--json"}, {"telemetry", "preview", "--json"},
			{"telemetry", "log"}, {"telemetry", "schema"}, {"telemetry", "off", "--help"}, {"--help"}, {"help", "version"}, {"version", "-h"},
			{"completion", "bash"}, {"__complete", "--disable-telemetry", ""},
		} {
			seen := looked.run(t, args...)
			if seen.connects+seen.writes+seen.processes > 0 {
				t.Errorf("%s, %q: %d connections, %d files written, %d processes:\n%s", name, args, seen.connects, seen.writes, seen.processes, seen.trace)
			}
		}
		if seen := looked.run(t, "telemetry", "flush"); seen.connects == 0 {
			t.Errorf("%s: flush sends nothing:\n%s", name, seen.printed)
		}
	}
	for _, args := range [][]string{{"telemetry", "off"}, {"telemetry", "on"}, {"--disable-telemetry", "version"}, {"--bogus", "--disable-telemetry"}} {
		seen := machine{}.run(t, args...)
		if seen.connects+seen.processes > 0 || seen.writes == 0 {
			t.Errorf("%q: %d connections, %d processes, %d files written", args, seen.connects, seen.processes, seen.writes)
		}
	}
}

func (m machine) allRoutes() machine {
	env := map[string]string{
		"OTELBRIDGE_OTLP_ENDPOINT": "$RECEIVER", "OTELBRIDGE_SENTRY_DSN": "$SENTRY",
		"OTEL_EXPORTER_OTLP_ENDPOINT": "$RECEIVER", "OTEL_TRACES_EXPORTER": "otlp",
	}
	for name, value := range m.env {
		env[name] = value
	}
	m.env = env
	return m
}

func provenOff(t *testing.T, m machine) {
	for _, args := range [][]string{{"version"}, {"version", "extra"}} {
		seen := m.run(t, args...)
		if seen.connects+seen.writes+seen.processes > 0 {
			t.Errorf("%q: %d connections, %d files written, %d processes:\n%s", args, seen.connects, seen.writes, seen.processes, seen.trace)
		}
		plain := output(exec.Command(built(t, "./testdata/plain"), args...))
		if seen.printed != plain {
			t.Errorf("%q printed\n%s\nwithout telemetry it prints\n%s", args, seen.printed, plain)
		}
	}
}

// seen is what a run did.
type seen struct {
	connects, writes, processes int
	printed                     string // exit code, stdout and stderr
	trace                       string
}

// run runs the built program once on the machine, under strace.
func (m machine) run(t *testing.T, args ...string) seen {
	t.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("there is no strace")
	}
	dir := t.TempDir()
	trace := filepath.Join(dir, "trace")
	command := append([]string{strace, "-f", "-qq", "-s", "0", "-e", "trace=" + calls, "-o", trace, built(t, ".")}, args...)
	if m.etc != "" {
		command = m.withEtc(t, dir, command)
	}
	cmd := exec.Command(command[0], command[1:]...)
	m.furnish(t, dir, cmd)
	if m.waiting {
		leave(t, dir, cmd)
	}
	printed := output(cmd)
	text, err := os.ReadFile(trace)
	if err != nil {
		t.Skipf("strace does not work here: %v %s", err, printed)
	}
	s := count(string(text))
	s.printed = printed
	return s
}

// calls are those that connect, write or start something. A name that a
// processor does not have is passed over.
const calls = "connect,openat,?open,?creat,?mkdir,mkdirat,?rename,?renameat,renameat2,?link,linkat,?symlink,symlinkat," +
	"?unlink,unlinkat,?rmdir,?chmod,fchmodat,ftruncate,truncate,?mknod,mknodat,execve,?fork,?vfork,clone,?clone3"

// furnish puts files, variables and the working folder in place.
func (m machine) furnish(t *testing.T, dir string, cmd *exec.Cmd) {
	r := startReceiver(http.StatusOK)
	t.Cleanup(r.Close)
	files := map[string]string{consentFile: yes, "work/.git/HEAD": "\n"}
	env := map[string]string{"HOME": filepath.Join(dir, "home"), "OTELBRIDGE_EPHEMERAL": "no", "OTELBRIDGE_TELEMETRY_ENDPOINT": "$RECEIVER/v1/track"}
	for name, text := range m.files {
		files[name] = text
	}
	for name, text := range m.env {
		env[name] = text
	}
	known := strings.NewReplacer("$RECEIVER", r.URL, "$SENTRY", strings.Replace(r.URL, "://", "://key@", 1)+"/1")
	for name, text := range files {
		if text != "" {
			put(t, filepath.Join(dir, name), known.Replace(text))
		}
	}
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+known.Replace(value))
	}
	cmd.Dir = filepath.Join(dir, "work")
}

// leave lets an earlier run record something that no child delivers.
func leave(t *testing.T, dir string, cmd *exec.Cmd) {
	t.Helper()
	earlier := exec.Command(built(t, "."), "version")
	earlier.Dir, earlier.Env = cmd.Dir, append(slices.Clone(cmd.Env), "OTELBRIDGE_UPLOADER=none", "CI=")
	printed := output(earlier)
	if left, _ := filepath.Glob(filepath.Join(dir, "home/.local/state/otelbridge/spool/*/*.seg")); len(left) < 3 {
		t.Fatalf("nothing waits: %q\n%s", left, printed)
	}
}

// put makes a file, or a link where the text is an arrow to something.
func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	err := error(nil)
	if target, link := strings.CutPrefix(text, "-> "); link {
		err = os.Symlink(target, path)
	} else {
		err = os.WriteFile(path, []byte(text), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// withEtc runs a command with an /etc of its own, where the system lets it.
func (m machine) withEtc(t *testing.T, dir string, command []string) []string {
	etc := filepath.Join(dir, "etc")
	put(t, filepath.Join(etc, "otelbridge", "config.toml"), m.etc)
	apart := []string{"unshare", "-rm", "sh", "-c", `mount --bind "$0" /etc && exec "$@"`, etc}
	if out, err := exec.Command(apart[0], append(apart[1:], "true")...).CombinedOutput(); err != nil {
		t.Skipf("no mounts of one's own here: %v %s", err, out)
	}
	return append(apart, command...)
}

var (
	writing = regexp.MustCompile(`\b(open|openat)\(.*(O_WRONLY|O_RDWR|O_CREAT|O_TRUNC)|\b(creat|mkdir|mkdirat|rename|renameat|renameat2|link|linkat|symlink|symlinkat|unlink|unlinkat|rmdir|chmod|fchmodat|truncate|ftruncate|mknod|mknodat)\(`)
	process = regexp.MustCompile(`\b(fork|vfork|execve|clone|clone3)\(`)
)

// count leaves out the start of the program itself, and threads.
func count(trace string) seen {
	s := seen{trace: trace, processes: -1}
	for line := range strings.Lines(trace) {
		switch {
		case strings.Contains(line, " connect("):
			s.connects++
		case writing.MatchString(line) && !strings.Contains(line, `"/dev/null"`):
			s.writes++
		case process.MatchString(line) && !strings.Contains(line, "CLONE_THREAD"):
			s.processes++
		}
	}
	return s
}

func output(cmd *exec.Cmd) string {
	var out, err bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &err
	_ = cmd.Run()
	return fmt.Sprintf("exit code %d\nstdout %q\nstderr %q", cmd.ProcessState.ExitCode(), out.String(), err.String())
}
