package history

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// Repository is a git repository on this machine.
type Repository struct {
	// Name is what people call it: the last part of its path, without ".git".
	Name string
	// Dir is the absolute path of its git folder.
	Dir string
}

// OpenRepository finds the repository at a path or file URL, bare or not, or the one that a path lies in. It runs git and
// changes nothing. The error says in one line what to do.
func OpenRepository(ctx context.Context, location string) (*Repository, error) {
	path, err := localPath(location)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("-repo %s: there is no such folder", location)
	}
	dir, err := gitIn(ctx, path, "rev-parse", "--absolute-git-dir")
	var said *gitError
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, errors.New("git was not found: install it, or add its folder to PATH")
	case errors.As(err, &said) && strings.Contains(said.line, "not a git repository"):
		return nil, fmt.Errorf("%s is not a git repository: name one with -repo", path)
	case err != nil:
		return nil, fmt.Errorf("-repo %s: %w", location, err)
	}
	return &Repository{Name: nameOf(dir), Dir: dir}, nil
}

// localPath turns a file URL into a path and refuses what is on another machine.
func localPath(location string) (string, error) {
	if !strings.Contains(location, "://") {
		return location, nil
	}
	u, err := url.Parse(location)
	if err != nil || u.Scheme != "file" || (u.Host != "" && u.Host != "localhost") {
		return "", errors.New("-repo must be on this machine: clone the repository and name its folder")
	}
	return filepath.FromSlash(u.Path), nil
}

func nameOf(gitDir string) string {
	dir := filepath.Clean(gitDir)
	if filepath.Base(dir) == ".git" {
		dir = filepath.Dir(dir)
	}
	return strings.TrimSuffix(filepath.Base(dir), ".git")
}

// State is how far a repository's history reaches: what one run leaves for the next.
type State struct {
	Head    string // commit at HEAD; empty in a repository without commits
	Shallow string // where a shallow clone ends; empty for a whole one
}

// State reads how far the history reaches now.
func (r *Repository) State(ctx context.Context) (State, error) {
	head, err := r.git(ctx, "rev-parse", "--quiet", "--verify", "HEAD^{commit}")
	var said *gitError
	if errors.As(err, &said) && said.line == "" {
		return State{}, nil // no commit yet
	}
	if err != nil {
		return State{}, err
	}
	name, err := r.git(ctx, "rev-parse", "--git-path", "shallow")
	if err != nil {
		return State{}, err
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(r.Dir, name)
	}
	ends, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return State{}, err
	}
	return State{Head: head, Shallow: strings.TrimSpace(string(ends))}, nil
}

// Range is the part of a history that a run has to read.
type Range struct {
	from, to string // commits; from is what an earlier run has loaded, empty for everything
}

// Since is what came to the history between two states. Where an earlier state is of no use, because it is unknown here or
// because a shallow clone was deepened, that is everything: to load a commit twice does no harm.
func (r *Repository) Since(ctx context.Context, before, now State) (Range, error) {
	if before.Head == "" || before.Shallow != now.Shallow {
		return Range{to: now.Head}, nil
	}
	_, err := r.git(ctx, "cat-file", "-e", before.Head+"^{commit}")
	var said *gitError
	switch {
	case errors.As(err, &said):
		return Range{to: now.Head}, nil
	case err != nil:
		return Range{}, err
	}
	return Range{from: before.Head, to: now.Head}, nil
}

// arguments are the revisions as git's commands take them.
func (g Range) arguments() []string {
	if g.from == "" {
		return []string{g.to}
	}
	return []string{g.to, "^" + g.from}
}

// Count is the number of commits in a range.
func (r *Repository) Count(ctx context.Context, part Range) (int, error) {
	if part.to == "" {
		return 0, nil
	}
	text, err := r.git(ctx, append([]string{"rev-list", "--count"}, append(part.arguments(), "--")...)...)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(text)
}

func (r *Repository) git(ctx context.Context, arguments ...string) (string, error) {
	return gitIn(ctx, r.Dir, arguments...)
}
