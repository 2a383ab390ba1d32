package history

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// testRepo is a repository made by git for one test.
type testRepo struct {
	t   *testing.T
	dir string
}

func newRepo(t *testing.T) *testRepo {
	t.Helper()
	r := &testRepo{t: t, dir: filepath.Join(t.TempDir(), "history.of.things")}
	if err := os.Mkdir(r.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	r.git("init", "--quiet", "--initial-branch=main")
	return r
}

// git runs a command in the repository with nothing of the machine's configuration, and returns what it printed.
func (r *testRepo) git(arguments ...string) string {
	r.t.Helper()
	return r.gitWith(nil, nil, arguments...)
}

func (r *testRepo) gitWith(stdin []byte, env []string, arguments ...string) string {
	r.t.Helper()
	cmd := exec.CommandContext(r.t.Context(), "git", arguments...)
	cmd.Dir = r.dir
	cmd.Stdin = bytes.NewReader(stdin)
	cmd.Env = append(append(cmd.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull,
		"GIT_AUTHOR_NAME=Ada Lovelace", "GIT_AUTHOR_EMAIL=Ada@Engine.example", "GIT_AUTHOR_DATE=1000000000 +0000",
		"GIT_COMMITTER_NAME=Charles", "GIT_COMMITTER_EMAIL=charles@engine.example", "GIT_COMMITTER_DATE=1000000001 +0000",
		"GIT_ALLOW_PROTOCOL=file"), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		r.t.Fatalf("git %s: %v: %s", strings.Join(arguments, " "), err, stderr.String())
	}
	return strings.TrimSuffix(string(out), "\n")
}

func (r *testRepo) write(name, text string) {
	r.t.Helper()
	full := filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

func (r *testRepo) commit(message string, env ...string) {
	r.t.Helper()
	r.git("add", "--all")
	r.gitWith(nil, env, "commit", "--quiet", "--allow-empty", "--allow-empty-message", "--message", message)
}

// rich is a repository with everything that is awkward about histories.
func rich(t *testing.T) *testRepo {
	t.Helper()
	r := newRepo(t)
	r.write("a.txt", strings.Repeat("one line\nanother\n", 20))
	r.write("dir/with \"quotes\"\tand\ttabs\nand lines.txt", "x\n")
	r.commit("first")
	r.write("binary", "\x00\x01\x02")
	r.write("caf\xe9.txt", "latin\n") // not UTF-8
	r.commit("", "GIT_AUTHOR_NAME=Jos\u00e9", "GIT_AUTHOR_EMAIL=jose@engine.example")
	r.amendRaw("Jos\u00e9", "Jos\xe9")
	r.write("moved to/keep", "")
	r.git("mv", "a.txt", "moved to/b.txt")
	r.commit("moved", "GIT_AUTHOR_NAME=Nobody  Known", "GIT_AUTHOR_EMAIL=")
	r.git("checkout", "--quiet", "-b", "side", "HEAD~1")
	r.write("side.txt", "side\n")
	r.commit("commit deadbeef on the side", "GIT_AUTHOR_NAME=Ada L.", "GIT_AUTHOR_EMAIL=ada@engine.example")
	r.git("checkout", "--quiet", "main")
	r.git("merge", "--quiet", "--no-ff", "--message", "merge side", "side")
	r.commit("nothing changed")
	r.git("rm", "--quiet", "side.txt")
	r.write("binary", "\x00\x03")
	r.commit(":000000 looks like a change\n\nand has a body")
	return r
}

// amendRaw replaces text in the newest commit without git's own checks and repairs.
func (r *testRepo) amendRaw(from, to string) {
	r.t.Helper()
	object := strings.ReplaceAll(r.git("cat-file", "commit", "HEAD"), from, to) + "\n"
	hash := r.gitWith([]byte(object), nil, "hash-object", "-t", "commit", "-w", "--literally", "--stdin")
	r.git("reset", "--quiet", "--soft", hash)
}
