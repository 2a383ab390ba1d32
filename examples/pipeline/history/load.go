package history

import (
	"context"
	"database/sql"
	"errors"
)

// batchRows is how many rows a transaction takes, more or less: all rows of a commit go into one.
const batchRows = 5_000

// Load writes the package's rows, a transaction for each batch, and notes last that the repository is loaded up to now. So a
// run that is cut short leaves whole batches, and the next one writes them again, to the same effect.
func Load(ctx context.Context, from *Package, into *Database, repo *Repository, now State, step Stepper, progress Progress) error {
	l := &loader{db: into.sql, step: step, progress: progress}
	err := step(ctx, "people", func(ctx context.Context) error { return l.people(ctx, from) })
	if err == nil {
		err = l.rows(ctx, from)
	}
	if err == nil {
		err = l.reached(ctx, repo, now)
	}
	counted(ctx, l.read, l.written)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// Stepper does a part of a step, as a step of its own.
type Stepper func(ctx context.Context, name string, do func(context.Context) error) error

type loader struct {
	db            *sql.DB
	step          Stepper
	progress      Progress
	ids           []int64 // of people, by number
	batch         []*Row
	size          int // rows in the batch
	read, written int
}

// transaction commits what do wrote, or takes it back.
func (l *loader) transaction(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, ignoreDone(tx.Rollback()))
	}
	return tx.Commit()
}

// ignoreDone is for a transaction that the end of its context has rolled back already.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

const (
	putKnownByEmail = `INSERT INTO people (email, name) VALUES (?, ?)
		ON CONFLICT (email) WHERE email IS NOT NULL DO UPDATE SET name = excluded.name RETURNING id`
	putKnownByName = `INSERT INTO people (name) VALUES (?)
		ON CONFLICT (name) WHERE email IS NULL DO UPDATE SET name = excluded.name RETURNING id`
)

// people writes everybody and keeps their ids.
func (l *loader) people(ctx context.Context, from *Package) error {
	err := l.transaction(ctx, func(tx *sql.Tx) error {
		byEmail, err := tx.PrepareContext(ctx, putKnownByEmail)
		if err != nil {
			return err
		}
		byName, err := tx.PrepareContext(ctx, putKnownByName)
		if err != nil {
			return err
		}
		return readAll(from, people, func(p *Person) error {
			l.ids = append(l.ids, 0)
			id := &l.ids[len(l.ids)-1]
			if p.Email == "" {
				return byName.QueryRowContext(ctx, text(p.Name)).Scan(id)
			}
			return byEmail.QueryRowContext(ctx, text(p.Email), text(p.Name)).Scan(id)
		})
	})
	l.read += len(l.ids)
	l.written += len(l.ids)
	counted(ctx, len(l.ids), len(l.ids))
	return err
}

// rows writes the commits in batches.
func (l *loader) rows(ctx context.Context, from *Package) error {
	err := readAll(from, rows, func(r *Row) error {
		l.batch = append(l.batch, r)
		if l.size += r.size(); l.size < batchRows {
			return nil
		}
		return l.flush(ctx)
	})
	if err != nil || len(l.batch) == 0 {
		return err
	}
	return l.flush(ctx)
}

// size is the number of rows of tables that r becomes.
func (r *Row) size() int { return 1 + len(r.Parents) + len(r.Files) }

// flush writes the batch in a transaction, as a step.
func (l *loader) flush(ctx context.Context) error {
	err := l.step(ctx, "batch", func(ctx context.Context) error {
		err := l.transaction(ctx, func(tx *sql.Tx) error { return writeRows(ctx, tx, l.ids, l.batch) })
		if err == nil {
			counted(ctx, l.size, l.size)
		}
		return err
	})
	if err != nil {
		return err
	}
	l.read += l.size
	l.written += l.size
	l.progress.add(len(l.batch))
	l.batch, l.size = l.batch[:0], 0
	return nil
}

// reached notes how far the repository is loaded.
func (l *loader) reached(ctx context.Context, repo *Repository, now State) error {
	_, err := l.db.ExecContext(ctx, `INSERT INTO sources (location, head, shallow) VALUES (?, ?, ?)
		ON CONFLICT (location) DO UPDATE SET head = excluded.head, shallow = excluded.shallow`, repo.Dir, now.Head, now.Shallow)
	return err
}
