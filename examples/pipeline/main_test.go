package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// asProgram makes the test binary behave as the program.
const asProgram = "GITHISTORY_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(start(os.Args[1:], os.Stdout, os.Stderr))
	}
	goleak.VerifyTestMain(m)
}

// place is a machine for one test: a home, a folder for temporary files, a repository.
type place struct {
	t    *testing.T
	dir  string
	env  []string
	repo string
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{t: t, dir: t.TempDir()}
	for _, name := range []string{"home", "tmp", "repo", "cwd"} {
		if err := os.Mkdir(filepath.Join(p.dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	p.repo = filepath.Join(p.dir, "repo")
	p.env = []string{"HOME=" + p.in("home"), "USERPROFILE=" + p.in("home"), "TMPDIR=" + p.in("tmp"), "TMP=" + p.in("tmp"),
		"PATH=" + os.Getenv("PATH"), "SystemRoot=" + os.Getenv("SystemRoot"), "GIT_CONFIG_NOSYSTEM=1", asProgram + "=1"}
	p.git("init", "--quiet")
	p.git("commit", "--quiet", "--allow-empty", "--message", "first")
	if err := os.WriteFile(filepath.Join(p.repo, "file"), []byte("line\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.git("add", "file")
	p.git("commit", "--quiet", "--message", "second")
	return p
}

func (p *place) in(name string) string { return filepath.Join(p.dir, name) }

const (
	authorName  = "Ada Canary Lovelace"
	authorEmail = "ada.canary@engine.example"
)

func (p *place) git(arguments ...string) {
	p.t.Helper()
	cmd := exec.CommandContext(p.t.Context(), "git", append([]string{"-c", "user.name=" + authorName, "-c", "user.email=" + authorEmail}, arguments...)...)
	cmd.Dir, cmd.Env = p.repo, p.env
	if out, err := cmd.CombinedOutput(); err != nil {
		p.t.Fatalf("git %v: %v: %s", arguments, err, out)
	}
}

// outcome is how the program ended and what it said.
type outcome struct {
	code           int
	stdout, stderr string
}

func (p *place) command(ctx context.Context, env []string, arguments ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], arguments...)
	cmd.Dir = p.in("cwd")
	cmd.Env = append(append([]string{}, p.env...), env...)
	return cmd
}

func (p *place) run(env []string, arguments ...string) outcome {
	p.t.Helper()
	cmd := p.command(p.t.Context(), env, arguments...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); cmd.ProcessState == nil {
		p.t.Fatal(err)
	}
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

func (o outcome) mustSay(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(o.stdout+o.stderr, text) {
			t.Errorf("%q is missing in\n%s%s", text, o.stdout, o.stderr)
		}
	}
}

func TestRunWithNothingSet(t *testing.T) {
	p := newPlace(t)
	o := p.run(nil, "-repo", p.repo)
	if o.code != exitOK || strings.Count(o.stdout, "\n") != 1 {
		t.Errorf("exit code %d, stdout %q", o.code, o.stdout)
	}
	o.mustSay(t, "repo: 2 new commits", "1 file changes, 1 people",
		"|0", "run ", "  extract ", "  normalize ", "  load ", "    batch ",
		"Tracing is local only", "GITHISTORY_TELEMETRY=on", "GITHISTORY_TELEMETRY_ENDPOINT", "GITHISTORY_OTLP_ENDPOINT", "GITHISTORY_SENTRY_DSN")
	events := eventsIn(t, o.stderr)
	if got := strings.Join(names(events), " "); got != "pipeline_extract pipeline_normalize pipeline_load pipeline_run" {
		t.Errorf("events: %s", got)
	}
	for _, secret := range []string{authorName, authorEmail, p.dir, "git-history"} {
		if strings.Contains(strings.Join(events, "\n"), secret) {
			t.Errorf("%q is in an anonymous event", secret)
		}
	}
	o = p.run(nil, "-repo", p.repo)
	o.mustSay(t, "repo: 0 new commits", "now holds 2 commits")
}

// eventsIn are the lines of JSON.
func eventsIn(t *testing.T, text string) []string {
	t.Helper()
	var events []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "{") {
			if !json.Valid([]byte(line)) {
				t.Errorf("not JSON: %s", line)
			}
			events = append(events, line)
		}
	}
	return events
}

func names(events []string) []string {
	var found []string
	for _, e := range events {
		var v struct{ Event string }
		_ = json.Unmarshal([]byte(e), &v)
		found = append(found, v.Event)
	}
	return found
}

// TestMasterSwitch shows that with tracing off the program does its work and says no more than that.
func TestMasterSwitch(t *testing.T) {
	p := newPlace(t)
	o := p.run([]string{"ENABLE_RUNTIME_TRACE=false"}, "-repo", p.repo)
	if o.code != exitOK || o.stderr != "" || !strings.Contains(o.stdout, "2 new commits") {
		t.Errorf("exit code %d, stdout %q, stderr %q", o.code, o.stdout, o.stderr)
	}
}

func TestBadInput(t *testing.T) {
	p := newPlace(t)
	tests := []struct {
		name      string
		env       []string
		arguments []string
		code      int
		says      string
	}{
		{"not a repository", nil, []string{"-repo", p.in("home")}, exitFailed, "is not a git repository: name one with -repo"},
		{"stands in none", nil, nil, exitFailed, "is not a git repository: name one with -repo"},
		{"no such folder", nil, []string{"-repo", p.in("none")}, exitFailed, "there is no such folder"},
		{"database is a folder", nil, []string{"-repo", p.repo, "-db", p.in("home")}, exitFailed, "name another file"},
		{"database in no folder", nil, []string{"-repo", p.repo, "-db", p.in("none/x.db")}, exitFailed, "make it, or name another file"},
		{"no git", []string{"PATH="}, []string{"-repo", p.repo}, exitFailed, "git was not found: install it"},
		{"an argument", nil, []string{p.repo}, exitUsage, "name a repository with -repo"},
		{"demo without a repository", nil, []string{"-demo", "-repo", p.in("home")}, exitFailed, "is not a git repository"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := p.run(test.env, test.arguments...)
			if o.code != test.code || o.stdout != "" || strings.Count(o.stderr, "\n") != 1 || !strings.Contains(o.stderr, test.says) {
				t.Errorf("exit code %d, stdout %q, stderr %q; want %d and one line with %q", o.code, o.stdout, o.stderr, test.code, test.says)
			}
		})
	}
}

func TestRepositoryWithoutCommits(t *testing.T) {
	p := newPlace(t)
	p.repo = p.in("cwd")
	p.git("init", "--quiet")
	o := p.run(nil)
	if o.code != exitOK {
		t.Errorf("exit code %d, stderr %q", o.code, o.stderr)
	}
	o.mustSay(t, "cwd: 0 new commits", "holds 0 commits")
}

func TestDemo(t *testing.T) {
	p := newPlace(t)
	o := p.run(nil, "-demo", "-repo", p.repo)
	if o.code != exitOK {
		t.Errorf("exit code %d, stderr %q", o.code, o.stderr)
	}
	o.mustSay(t, "4 x POST /v1/track", "pipeline_load", "POST /v1/traces", "records.read=2", "POST /api/1/envelope/", "tag ")
	for word, want := range map[string]string{
		"git-history": "no yes yes", authorName: "no no no", authorEmail: "no no no",
	} {
		if got := seenBy(o.stdout, word); got != want {
			t.Errorf("%s was seen by %q, want %q, in\n%s", word, got, want, o.stdout)
		}
	}
	left, err := os.ReadDir(p.in("tmp"))
	if err != nil || len(left) > 0 {
		t.Errorf("left in the folder for temporary files: %v, %v", left, err)
	}
}

// seenBy is what the demo says about a word: yes or no for each route.
func seenBy(text, word string) string {
	for line := range strings.Lines(text) {
		if answers, _, found := strings.Cut(line, word+" ("); found {
			return strings.Join(strings.Fields(answers), " ")
		}
	}
	return ""
}
