package history

import (
	"context"
	"io"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

// Progress is told how many more commits a step is done with. A nil Progress is told nothing.
type Progress func(commits int)

func (p Progress) add(commits int) {
	if p != nil {
		p(commits)
	}
}

// Extract copies a part of a repository's history into the package. It returns ctx's error when ctx ends before it does.
func Extract(ctx context.Context, repo *Repository, part Range, into *Package, progress Progress) error {
	read := 0
	err := writeAll(into, extracted, func(put func(*Commit) error) error {
		if part.to == "" {
			return nil
		}
		return stream(ctx, repo.Dir, logArguments(part), func(r io.Reader) error {
			return each(newLogReader(r).Read, func(c *Commit) error {
				if read++; read == 1 {
					tellAuthor(ctx, c)
				}
				progress.add(1)
				return put(c)
			})
		})
	})
	counted(ctx, read, read)
	return err
}

// tellAuthor puts a real person on the span, as instrumentation does that was written without a thought of who will read it.
// No schema declares these attributes, so no route lets them out.
func tellAuthor(ctx context.Context, c *Commit) {
	trace.SpanFromContext(ctx).SetAttributes(
		attribute.String("git.author.name", c.Author.Name),
		attribute.String("git.author.email", c.Author.Email))
}

// counted adds a step's numbers to its span.
func counted(ctx context.Context, read, written int) {
	trace.SpanFromContext(ctx).SetAttributes(
		attribute.Int("records.read", read),
		attribute.Int("records.written", written))
}
