package history

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"unicode/utf8"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

//go:embed schema.sql
var schema string

// Database is a SQLite file with the tables of schema.sql.
type Database struct {
	// Path is where the file lies, absolute.
	Path string
	sql  *sql.DB
}

// OpenDatabase opens the file at path, makes it if there is none, and creates what tables are missing. The error says in one
// line what to do.
func OpenDatabase(ctx context.Context, path string) (*Database, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if at, err := os.Stat(filepath.Dir(full)); err != nil || !at.IsDir() {
		return nil, fmt.Errorf("-db %s: there is no folder %s: make it, or name another file", path, filepath.Dir(full))
	}
	db, err := sql.Open("sqlite", dataSource(full))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // one writer, and no reader beside it
	if err := prepare(ctx, db); err != nil {
		return nil, errors.Join(refusal(ctx, path, err), db.Close())
	}
	return &Database{Path: full, sql: db}, nil
}

// dataSource is the driver's name for the file. A path may hold any character, so it goes as a URL.
func dataSource(path string) string {
	pragmas := url.Values{"_pragma": {"foreign_keys(1)", "busy_timeout(5000)", "journal_mode(wal)", "synchronous(normal)"},
		"_txlock": {"immediate"}}
	slashed := filepath.ToSlash(path)
	if slashed[0] != '/' {
		slashed = "/" + slashed // a drive letter
	}
	return (&url.URL{Scheme: "file", Path: slashed, RawQuery: pragmas.Encode()}).String()
}

// application marks a SQLite file as one of this program's, so that it never adds tables to somebody else's.
const application = 0x67686973

var errForeign = errors.New("it is the database of another program")

// prepare creates the tables. Taking the write lock first shows whether the file can be written even when all are there.
func prepare(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := create(ctx, tx); err != nil {
		return errors.Join(err, ignoreDone(tx.Rollback()))
	}
	return tx.Commit()
}

func create(ctx context.Context, tx *sql.Tx) error {
	var owner, tables int
	if err := tx.QueryRowContext(ctx, "PRAGMA application_id").Scan(&owner); err != nil {
		return err
	}
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return err
	}
	if tables > 0 && owner != application {
		return errForeign
	}
	_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d;\n%s", application, schema))
	return err
}

func refusal(ctx context.Context, path string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("-db %s cannot be used (%w): name another file", path, err)
}

// Close closes the file.
func (d *Database) Close() error { return d.sql.Close() }

// Loaded is how far the repository was loaded by an earlier run: the zero State when it never was.
func (d *Database) Loaded(ctx context.Context, repo *Repository) (State, error) {
	var s State
	err := d.sql.QueryRowContext(ctx, "SELECT head, shallow FROM sources WHERE location = ?", repo.Dir).Scan(&s.Head, &s.Shallow)
	if errors.Is(err, sql.ErrNoRows) {
		return State{}, nil
	}
	return s, err
}

// Totals is what the tables hold, of all repositories.
type Totals struct{ Commits, Files, People int64 }

// Totals counts.
func (d *Database) Totals(ctx context.Context) (Totals, error) {
	var t Totals
	err := d.sql.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM commits), (SELECT count(*) FROM files),
		(SELECT count(*) FROM people)`).Scan(&t.Commits, &t.Files, &t.People)
	return t, err
}

// Author is who wrote the newest commit of a state: nobody when there is none.
func (d *Database) Author(ctx context.Context, s State) (Person, error) {
	var email, name []byte
	err := d.sql.QueryRowContext(ctx, `SELECT email, name FROM commits JOIN people ON people.id = author_id
		WHERE hash = ?`, s.Head).Scan(&email, &name)
	if errors.Is(err, sql.ErrNoRows) {
		return Person{}, nil
	}
	return Person{Email: string(email), Name: string(name)}, err
}

// text is a value for SQLite: TEXT, or BLOB where the bytes are not UTF-8.
func text(s string) any {
	if utf8.ValidString(s) {
		return s
	}
	return []byte(s)
}

// optional is text, or NULL for nothing.
func optional(s string) any {
	if s == "" {
		return nil
	}
	return text(s)
}
