package spool

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// queueDir is a folder that does not exist yet, in one that does.
func queueDir(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "spool", "track")
}

func openQueue(t testing.TB, dir string, limits Limits) *Queue {
	t.Helper()
	q := Open(dir, limits)
	t.Cleanup(func() {
		if err := q.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return q
}

func appendText(q *Queue, texts ...string) {
	for _, text := range texts {
		q.Append(Record{Body: []byte(text)})
	}
}

// appendNumbers appends the numbers from first to last.
func appendNumbers(q *Queue, first, last int) {
	for i := first; i <= last; i++ {
		appendText(q, strconv.Itoa(i))
	}
}

// drain takes everything, in several batches, and returns the bodies.
func drain(t testing.TB, q *Queue) []string {
	t.Helper()
	var all []string
	for {
		b, err := q.Next(7, 1<<20)
		if err != nil {
			t.Fatalf("Next: %v", err)
		}
		if b == nil {
			return all
		}
		all = append(all, bodies(b)...)
		if err := b.Done(0); err != nil {
			t.Fatalf("Done: %v", err)
		}
	}
}

func bodies(b *Batch) []string {
	var all []string
	for _, r := range b.Records {
		all = append(all, string(r.Body))
	}
	return all
}

// next is a batch that must be there.
func next(t testing.TB, q *Queue, maxRecords int) *Batch {
	t.Helper()
	b, err := q.Next(maxRecords, 1<<20)
	if err != nil || b == nil {
		t.Fatalf("Next = %v, %v, want a batch", b, err)
	}
	return b
}

func numbers(first, last int) []string {
	var all []string
	for i := first; i <= last; i++ {
		all = append(all, strconv.Itoa(i))
	}
	return all
}

// files are the segments in dir, oldest first.
func files(t testing.TB, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func writeFile(t testing.TB, path string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// segmentTime is a time a little in the past.
func segmentTime() time.Time { return time.Now().Add(-time.Minute) }
