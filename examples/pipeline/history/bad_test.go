package history

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBadRepository(t *testing.T) {
	empty := t.TempDir()
	tests := []struct{ name, location, says string }{
		{"no such folder", filepath.Join(empty, "none"), "there is no such folder"},
		{"no repository", empty, "is not a git repository: name one with -repo"},
		{"web address", "https://git.example/repo.git", "must be on this machine"},
		{"another machine's file", "file://server/repo.git", "must be on this machine"},
		{"no URL", "file://%zz", "must be on this machine"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := OpenRepository(t.Context(), test.location)
			oneLine(t, err, test.says)
		})
	}
}

func oneLine(t *testing.T, err error, says string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %q, want one line with %q", err, says)
	}
}

func TestWithoutGit(t *testing.T) {
	repo := rich(t)
	t.Setenv("PATH", t.TempDir())
	_, err := OpenRepository(t.Context(), repo.dir)
	oneLine(t, err, "git was not found: install it")
}

func TestBadDatabase(t *testing.T) {
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("this is no database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, path, says string }{
		{"no folder", filepath.Join(dir, "none", "file.db"), "make it, or name another file"},
		{"a folder", dir, "name another file"},
		{"not a database", garbage, "name another file"},
		{"another program's", foreign(t, dir), "database of another program"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := OpenDatabase(t.Context(), test.path)
			oneLine(t, err, test.says)
		})
	}
}

func foreign(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "foreign.db")
	query(t, path, "CREATE TABLE files (owner TEXT)")
	return path
}

// TestCorruptRepository takes the objects away from under a repository.
func TestCorruptRepository(t *testing.T) {
	repo := rich(t)
	tree := repo.git("rev-parse", "HEAD~3^{tree}")
	if err := os.Remove(filepath.Join(repo.dir, ".git", "objects", tree[:2], tree[2:])); err != nil {
		t.Fatal(err)
	}
	_, err := run(t.Context(), t, repo.dir, databaseIn(t), plainStep)
	oneLine(t, err, "git log: ")
}

// TestCancel stops a run inside each of its parts; the next run makes up for it.
func TestCancel(t *testing.T) {
	repo := rich(t)
	want := everything(t, fresh(t, repo.dir))
	for _, part := range []string{"people", "batch"} {
		t.Run(part, func(t *testing.T) {
			file := databaseIn(t)
			ctx, cancel := context.WithCancel(t.Context())
			_, err := run(ctx, t, repo.dir, file, func(ctx context.Context, name string, do func(context.Context) error) error {
				if name == part {
					cancel()
				}
				return do(ctx)
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error %v, want context.Canceled", err)
			}
			loaded(t, repo.dir, file)
			if got := everything(t, file); strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("after a run that was stopped:\n%q\nwant\n%q", got, want)
			}
		})
	}
}

func TestCancelEndsGit(t *testing.T) {
	repo := rich(t)
	opened, err := OpenRepository(t.Context(), repo.dir)
	if err != nil {
		t.Fatal(err)
	}
	now, err := opened.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	work, err := NewPackage(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = Extract(ctx, opened, Range{to: now.Head}, work, func(int) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}
