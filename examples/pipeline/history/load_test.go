package history

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// plainStep does a step without tracing it.
func plainStep(ctx context.Context, _ string, do func(context.Context) error) error { return do(ctx) }

// loaded runs the three steps over the repository at location into the file and returns how many commits were new.
func loaded(t *testing.T, location, file string) int {
	t.Helper()
	n, err := run(t.Context(), t, location, file, plainStep)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func run(ctx context.Context, t *testing.T, location, file string, step Stepper) (int, error) {
	t.Helper()
	repo, err := OpenRepository(ctx, location)
	if err != nil {
		return 0, err
	}
	db, err := OpenDatabase(ctx, file)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	work, err := NewPackage(t.TempDir())
	if err != nil {
		return 0, err
	}
	before, err := db.Loaded(ctx, repo)
	if err != nil {
		return 0, err
	}
	now, err := repo.State(ctx)
	if err != nil {
		return 0, err
	}
	part, err := repo.Since(ctx, before, now)
	if err != nil {
		return 0, err
	}
	commits := 0
	if err := Extract(ctx, repo, part, work, func(n int) { commits += n }); err != nil {
		return commits, err
	}
	if err := Normalize(ctx, work, nil); err != nil {
		return commits, err
	}
	return commits, Load(ctx, work, db, repo, now, step, nil)
}

func databaseIn(t *testing.T) string { return filepath.Join(t.TempDir(), "odd ?#% name.db") }

// query returns the rows of a query as text, a line each.
func query(t *testing.T, file, statement string, arguments ...any) []string {
	t.Helper()
	db, err := sql.Open("sqlite", dataSource(file))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), statement, arguments...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line(values))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

func line(values []any) string {
	texts := make([]string, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case nil:
			texts[i] = "-"
		case []byte:
			texts[i] = fmt.Sprintf("blob %q", v)
		default:
			texts[i] = fmt.Sprint(v)
		}
	}
	return strings.Join(texts, "\t")
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestAgreesWithGit compares what the tables say with what git itself says, by other commands than the one they come from.
func TestAgreesWithGit(t *testing.T) {
	repo, file := rich(t), databaseIn(t)
	commits := loaded(t, repo.dir, file)

	if want := number(t, repo.git("rev-list", "--count", "HEAD")); commits != want {
		t.Errorf("%d commits were read, git counts %d", commits, want)
	}
	want := strings.Split(repo.git("log", "--format=%H %at %ct"), "\n")
	slices.Sort(want)
	if diff := cmp.Diff(want, query(t, file, "SELECT hash || ' ' || authored_at || ' ' || committed_at FROM commits ORDER BY 1")); diff != "" {
		t.Errorf("commits (-git +table):\n%s", diff)
	}
	want = strings.Fields(strings.ToLower(repo.git("log", "--format=%ae%n%ce")))
	slices.Sort(want)
	if diff := cmp.Diff(slices.Compact(want), query(t, file, "SELECT email FROM people WHERE email IS NOT NULL ORDER BY 1")); diff != "" {
		t.Errorf("addresses (-git +table):\n%s", diff)
	}
	want = strings.Fields(repo.git("log", "--format=%P"))
	slices.Sort(want)
	if diff := cmp.Diff(want, query(t, file, "SELECT parent FROM parents ORDER BY 1")); diff != "" {
		t.Errorf("parents (-git +table):\n%s", diff)
	}
	if diff := cmp.Diff(treeDiffs(repo), query(t, file, "SELECT hash, count(path), sum(additions), sum(deletions) FROM commits "+
		"LEFT JOIN files ON commit_id = id GROUP BY hash ORDER BY hash")); diff != "" {
		t.Errorf("files and lines by commit (-git +table):\n%s", diff)
	}
	if broken := query(t, file, "PRAGMA foreign_key_check"); broken != nil {
		t.Errorf("broken foreign keys: %q", broken)
	}
}

// treeDiffs asks git for each commit alone how many files and lines it changed.
func treeDiffs(repo *testRepo) []string {
	hashes := strings.Fields(repo.git("rev-list", "HEAD"))
	slices.Sort(hashes)
	var lines []string
	for _, hash := range hashes {
		files, added, deleted, text := 0, 0, 0, false
		for _, item := range strings.Split(repo.git("diff-tree", "-r", "--root", "--no-commit-id", "--numstat", "--no-renames", "-z", hash), "\x00") {
			fields := strings.SplitN(item, "\t", 3)
			if len(fields) < 3 {
				continue
			}
			files++
			if fields[0] != "-" {
				text = true
				added += number(repo.t, fields[0])
				deleted += number(repo.t, fields[1])
			}
		}
		lines = append(lines, summary(repo, hash, files, added, deleted, text))
	}
	return lines
}

// summary allows for the one rename in the history: without renames git tells it as a deletion and an addition.
func summary(repo *testRepo, hash string, files, added, deleted int, text bool) string {
	if repo.git("show", "--no-patch", "--format=%s", hash) == "moved" {
		files, added, deleted = files-1, added-40, deleted-40
	}
	if !text {
		return fmt.Sprintf("%s\t%d\t-\t-", hash, files)
	}
	return fmt.Sprintf("%s\t%d\t%d\t%d", hash, files, added, deleted)
}

func TestAwkwardThingsAreKept(t *testing.T) {
	file := databaseIn(t)
	loaded(t, rich(t).dir, file)
	tests := []struct {
		name, query string
		want        []string
	}{
		{"a rename has both names and no lines",
			"SELECT path, old_path, similarity, additions, deletions FROM files WHERE status = 'R'",
			[]string{"moved to/b.txt\ta.txt\t100\t0\t0"}},
		{"a binary file has no lines",
			"SELECT status, additions, deletions FROM files WHERE path = 'binary' ORDER BY status",
			[]string{"A\t-\t-", "M\t-\t-"}},
		{"a path that is not UTF-8 is kept byte for byte",
			"SELECT path FROM files WHERE typeof(path) = 'blob'",
			[]string{`blob "caf\xe9.txt"`}},
		{"a path may hold quotes, tabs and line ends",
			"SELECT path FROM files WHERE path LIKE 'dir/%'",
			[]string{"dir/with \"quotes\"\tand\ttabs\nand lines.txt"}},
		{"a name that is not UTF-8 is kept",
			"SELECT name FROM people WHERE email = 'jose@engine.example'",
			[]string{`blob "Jos\xe9"`}},
		{"who has no address is known by name",
			"SELECT name FROM people WHERE email IS NULL",
			[]string{"Nobody Known"}},
		{"one address is one person",
			"SELECT email, count(*) FROM people JOIN commits ON author_id = people.id WHERE email LIKE 'ada@%' GROUP BY people.id",
			[]string{"ada@engine.example\t5"}},
		{"a merge has its parents in order and no files",
			"SELECT count(DISTINCT position), count(DISTINCT path) FROM commits JOIN parents ON commit_id = id " +
				"LEFT JOIN files USING (commit_id) WHERE subject = 'merge side'",
			[]string{"2\t0"}},
		{"a subject may look like git's own output",
			"SELECT subject FROM commits WHERE subject LIKE ':%' OR subject LIKE 'commit %' ORDER BY subject",
			[]string{":000000 looks like a change", "commit deadbeef on the side"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, query(t, file, test.query)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSecondRunReadsOnlyWhatIsNew(t *testing.T) {
	repo, file := rich(t), databaseIn(t)
	loaded(t, repo.dir, file)
	if n := loaded(t, repo.dir, file); n != 0 {
		t.Errorf("a run with nothing new read %d commits", n)
	}
	repo.write("new", "new\n")
	repo.commit("new")
	if n := loaded(t, repo.dir, file); n != 1 {
		t.Errorf("a run with one new commit read %d", n)
	}
	if diff := cmp.Diff(everything(t, fresh(t, repo.dir)), everything(t, file)); diff != "" {
		t.Errorf("loading in parts (-at once +in parts):\n%s", diff)
	}
}

// fresh loads a repository into a file of its own.
func fresh(t *testing.T, dir string) string {
	file := databaseIn(t)
	loaded(t, dir, file)
	return file
}

// everything is the content of the tables without the ids, which depend on the order of loading.
func everything(t *testing.T, file string) []string {
	return slices.Concat(
		query(t, file, "SELECT email, name FROM people ORDER BY 1, 2"),
		query(t, file, `SELECT hash, a.email, a.name, c.email, authored_at, committed_at, subject FROM commits
			JOIN people a ON a.id = author_id JOIN people c ON c.id = committer_id ORDER BY hash`),
		query(t, file, "SELECT hash, position, parent FROM parents JOIN commits ON id = commit_id ORDER BY 1, 2"),
		query(t, file, `SELECT hash, path, status, old_path, similarity, additions, deletions FROM files
			JOIN commits ON id = commit_id ORDER BY 1, 2`),
		query(t, file, "SELECT head, shallow FROM sources ORDER BY 1"))
}

func TestKindsOfRepository(t *testing.T) {
	repo := rich(t)
	want := number(t, repo.git("rev-list", "--count", "HEAD"))
	bare := filepath.Join(t.TempDir(), "bare repo.git")
	repo.git("clone", "--quiet", "--bare", repo.dir, bare)
	shallow := filepath.Join(t.TempDir(), "shallow")
	repo.git("clone", "--quiet", "--depth=2", "file://"+repo.dir, shallow)
	tree := filepath.Join(t.TempDir(), "tree")
	repo.git("worktree", "add", "--quiet", tree, "side")
	short := number(t, (&testRepo{t, shallow}).git("rev-list", "--count", "HEAD"))
	side := number(t, repo.git("rev-list", "--count", "side"))
	tests := []struct {
		name, location string
		want           int
	}{
		{"worked in", repo.dir, want},
		{"folder within", filepath.Join(repo.dir, "dir"), want},
		{"bare", bare, want},
		{"file URL", "file://" + strings.ReplaceAll(bare, " ", "%20"), want},
		{"shallow", shallow, short},
		{"worktree", tree, side},
		{"without commits", newRepo(t).dir, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file := databaseIn(t)
			if n := loaded(t, test.location, file); n != test.want {
				t.Errorf("%d commits, want %d", n, test.want)
			}
			if got := query(t, file, "SELECT count(*) FROM commits")[0]; got != strconv.Itoa(test.want) {
				t.Errorf("%s commits in the table, want %d", got, test.want)
			}
		})
	}
}

func TestDeepenedCloneIsReadAgain(t *testing.T) {
	repo, file := rich(t), databaseIn(t)
	dir := filepath.Join(t.TempDir(), "clone")
	repo.git("clone", "--quiet", "--depth=1", "file://"+repo.dir, dir)
	loaded(t, dir, file)
	(&testRepo{t, dir}).git("fetch", "--quiet", "--unshallow")
	loaded(t, dir, file)
	if diff := cmp.Diff(everything(t, fresh(t, dir)), everything(t, file)); diff != "" {
		t.Errorf("(-whole +deepened):\n%s", diff)
	}
}

func TestRewrittenHistory(t *testing.T) {
	repo, file := rich(t), databaseIn(t)
	loaded(t, repo.dir, file)
	repo.git("reset", "--quiet", "--hard", "HEAD~2")
	repo.git("branch", "--quiet", "-D", "side")
	repo.git("reflog", "expire", "--expire=now", "--all")
	repo.git("gc", "--quiet", "--prune=now")
	repo.write("other", "way\n")
	repo.commit("another way")
	loaded(t, repo.dir, file)
	if got := query(t, file, "SELECT count(*) FROM commits WHERE subject = 'another way'")[0]; got != "1" {
		t.Errorf("the new commit is there %s times", got)
	}
}

func TestHooksEnvironmentIsIgnored(t *testing.T) {
	other, repo := newRepo(t), rich(t)
	t.Setenv("GIT_DIR", filepath.Join(other.dir, ".git"))
	t.Setenv("GIT_WORK_TREE", other.dir)
	got, err := OpenRepository(t.Context(), repo.dir)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(repo.dir, ".git"); got.Dir != want {
		t.Errorf("opened %s, want %s", got.Dir, want)
	}
}
