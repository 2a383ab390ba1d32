package history

import (
	"context"
	"database/sql"
)

// writer holds the statements of one transaction.
type writer struct {
	ids                                              []int64
	commit, forgetParents, forgetFiles, parent, file *sql.Stmt
}

const (
	putCommit = `INSERT INTO commits (hash, author_id, committer_id, authored_at, committed_at, subject)
		VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (hash) DO UPDATE SET author_id = excluded.author_id, committer_id = excluded.committer_id RETURNING id`
	putParent = `INSERT INTO parents (commit_id, position, parent) VALUES (?, ?, ?)`
	putFile   = `INSERT INTO files (commit_id, path, status, old_path, similarity, additions, deletions)
		VALUES (?, ?, ?, ?, ?, ?, ?)`
)

// writeRows writes commits with their parents and files. What a commit had before is replaced: where a shallow clone ended, git
// showed every file as added.
func writeRows(ctx context.Context, tx *sql.Tx, ids []int64, rows []*Row) error {
	w := writer{ids: ids}
	for _, s := range []struct {
		into **sql.Stmt
		text string
	}{
		{&w.commit, putCommit}, {&w.parent, putParent}, {&w.file, putFile},
		{&w.forgetParents, "DELETE FROM parents WHERE commit_id = ?"},
		{&w.forgetFiles, "DELETE FROM files WHERE commit_id = ?"},
	} {
		var err error
		if *s.into, err = tx.PrepareContext(ctx, s.text); err != nil { // closed with the transaction
			return err
		}
	}
	for _, r := range rows {
		if err := w.write(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) write(ctx context.Context, r *Row) error {
	var id int64
	err := w.commit.QueryRowContext(ctx, r.Hash, w.ids[r.Author], w.ids[r.Committer], r.Authored, r.Committed, text(r.Subject)).Scan(&id)
	if err != nil {
		return err
	}
	if _, err := w.forgetParents.ExecContext(ctx, id); err != nil {
		return err
	}
	if _, err := w.forgetFiles.ExecContext(ctx, id); err != nil {
		return err
	}
	for i, parent := range r.Parents {
		if _, err := w.parent.ExecContext(ctx, id, i, parent); err != nil {
			return err
		}
	}
	for i := range r.Files {
		if _, err := w.file.ExecContext(ctx, r.Files[i].values(id)...); err != nil {
			return err
		}
	}
	return nil
}

// values are a row of the table files.
func (f *File) values(commit int64) []any {
	var similarity, additions, deletions any
	if f.From != "" {
		similarity = f.Similarity
	}
	if !f.Binary {
		additions, deletions = f.Added, f.Deleted
	}
	return []any{commit, text(f.Path), f.Status, optional(f.From), similarity, additions, deletions}
}
