package spool

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNextBounds(t *testing.T) {
	for _, test := range []struct {
		name    string
		records int
		bytes   int64
		want    []string
	}{
		{"by number", 2, 1 << 20, []string{"aaaa", "bbbb"}},
		{"by bytes", 10, 2 * (frameMin + 4), []string{"aaaa", "bbbb"}},
		{"by bytes, just not", 10, 2*(frameMin+4) - 1, []string{"aaaa"}},
		{"at least one", 10, 1, []string{"aaaa"}},
		{"nonsense is the least", 0, -1, []string{"aaaa"}},
		{"all", 10, 1 << 20, []string{"aaaa", "bbbb", "cccc", "dddd"}},
		{"exactly all", 4, 4 * (frameMin + 4), []string{"aaaa", "bbbb", "cccc", "dddd"}},
	} {
		for name, dir := range map[string]string{"disk": queueDir(t), "memory": "", "small segments": queueDir(t)} {
			t.Run(test.name+", "+name, func(t *testing.T) {
				limits := Limits{}
				if name == "small segments" {
					limits.Records = 4 // one record a segment
				}
				q := openQueue(t, dir, limits)
				appendText(q, "aaaa", "bbbb", "cccc", "dddd")
				b, err := q.Next(test.records, test.bytes)
				if err != nil {
					t.Fatal(err)
				}
				first := bodies(b)
				if diff := cmp.Diff(test.want, first); diff != "" {
					t.Error(diff)
				}
				if err := b.Done(0); err != nil {
					t.Fatal(err)
				}
				rest := drain(t, q)
				if got := append(first, rest...); strings.Join(got, "") != "aaaabbbbccccdddd" {
					t.Errorf("in all: %q", got)
				}
			})
		}
	}
}

func TestReleaseAndDone(t *testing.T) {
	for name, dir := range map[string]string{"disk": queueDir(t), "memory": ""} {
		t.Run(name, func(t *testing.T) {
			q := openQueue(t, dir, Limits{})
			appendNumbers(q, 1, 5)
			b := next(t, q, 3)
			if second, err := q.Next(1, 1); second != nil || err == nil {
				t.Errorf("a second batch: %v, %v", second, err)
			}
			for range 2 {
				if err := b.Release(); err != nil {
					t.Error(err)
				}
			}
			if err := b.Done(1); err != nil || q.Dropped() != 0 {
				t.Errorf("Done after Release: %v, dropped %d", err, q.Dropped())
			}
			b = next(t, q, 3)
			if diff := cmp.Diff(numbers(1, 3), bodies(b)); diff != "" {
				t.Error(diff)
			}
			for range 2 {
				if err := b.Done(2); err != nil || q.Dropped() != 2 {
					t.Errorf("Done: %v, dropped %d, want 2", err, q.Dropped())
				}
			}
			if diff := cmp.Diff(numbers(4, 5), drain(t, q)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNextSkipsHeldSegments(t *testing.T) {
	dir := queueDir(t)
	writer := openQueue(t, dir, Limits{})
	reader := openQueue(t, dir, Limits{})
	appendText(writer, "of a live writer")
	if got := drain(t, reader); got != nil {
		t.Errorf("read %q from a segment that its writer holds", got)
	}
	b := next(t, writer, 1)
	if got := drain(t, reader); got != nil {
		t.Errorf("read %q from a segment that a batch holds", got)
	}
	if err := b.Release(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"of a live writer"}, drain(t, reader)); diff != "" {
		t.Error(diff)
	}
}

// The steady state of a long program: one file at a time, nothing made anew.
func TestSpareIsUsed(t *testing.T) {
	dir := queueDir(t)
	q := Open(dir, Limits{})
	var own *segment
	for i := range 20 {
		appendNumbers(q, i, i)
		if i > 2 && q.own.file != own.file {
			t.Fatalf("round %d: a new file although there was a spare one", i)
		}
		own = q.own
		if diff := cmp.Diff(numbers(i, i), drain(t, q)); diff != "" {
			t.Fatal(diff)
		}
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestDroppedSurvives(t *testing.T) {
	dir := queueDir(t)
	writer := Open(dir, Limits{Records: 4})
	appendNumbers(writer, 1, 10)
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	uploader := openQueue(t, dir, Limits{Records: 4})
	b := next(t, uploader, 10)
	if err := b.Done(1); err != nil {
		t.Fatal(err)
	}
	if got := uploader.Dropped(); got != 7 {
		t.Fatalf("Dropped = %d with nothing left, want 7", got)
	}
	other := openQueue(t, dir, Limits{Records: 4})
	other.ReportedDropped(5)
	if got := uploader.Dropped(); got != 2 {
		t.Errorf("Dropped = %d, want 2", got)
	}
	other.ReportedDropped(2)
	if got := other.Dropped(); got != 0 {
		t.Errorf("Dropped = %d, want 0", got)
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}

// Counts of several segments come together in the one a writer has open, and are not told twice.
func TestDroppedMoves(t *testing.T) {
	dir := queueDir(t)
	for range 3 {
		s, err := createSegment(dir, segmentTime())
		if err != nil {
			t.Fatal(err)
		}
		if err := s.countDropped(4); err != nil {
			t.Fatal(err)
		}
		s.close()
	}
	q := openQueue(t, dir, Limits{})
	q.ReportedDropped(6)
	appendText(q, "a")
	if got := q.Dropped(); got != 6 {
		t.Errorf("Dropped = %d, want 6", got)
	}
	if got := len(files(t, dir)); got != 1 {
		t.Errorf("%d files, want 1", got)
	}
	for range 3 {
		if err := next(t, q, 1).Done(0); err != nil {
			t.Fatal(err)
		}
		appendText(q, "b")
	}
	q.ReportedDropped(6)
	if got := q.Dropped(); got != 0 {
		t.Errorf("Dropped = %d, want 0", got)
	}
}

// A segment that cannot be removed stays without the count that has gone to the own one, or that would go there again and
// again.
func TestDroppedMovesOnce(t *testing.T) {
	for name, move := range map[string]func(*Queue, *segment){
		"found":     func(q *Queue, s *segment) { q.absorb(s) },
		"delivered": func(q *Queue, s *segment) { q.retire(part{segment: s, last: true}, 0) },
	} {
		q := openQueue(t, queueDir(t), Limits{})
		q.spare = &segment{} // none is needed
		appendText(q, "a")
		s, err := createSegment(q.dir, segmentTime())
		if err != nil {
			t.Fatal(err)
		}
		if err := s.countDropped(4); err != nil {
			t.Fatal(err)
		}
		there := listed{s.path, s.at}
		s.path = filepath.Dir(q.dir) // a folder in use
		move(q, s)
		s.close()
		for range 2 {
			if e, err := inspect(there); err != nil || e.drops != 0 || q.Dropped() != 4 {
				t.Errorf("%s: %d in the segment (%v), %d in all, want 0 and 4", name, e.drops, err, q.Dropped())
			}
			if s, err = lockSegment(there); err != nil {
				t.Fatal(err)
			}
			s.path = filepath.Dir(q.dir)
			move(q, s)
			s.close()
		}
		q.spare = nil
	}
}
