package spool

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A folder that cannot be one: everything works from memory, and nobody hears of it.
func TestUnusableFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	writeFile(t, file, nil)
	readOnly := filepath.Join(t.TempDir(), "read-only")
	if err := os.Mkdir(readOnly, 0o500); err != nil {
		t.Fatal(err)
	}
	for name, dir := range map[string]string{
		"is a file":         file,
		"below a file":      filepath.Join(file, "spool"),
		"name too long":     filepath.Join(t.TempDir(), strings.Repeat("x", 300)),
		"invalid name":      "\x00",
		"read-only":         readOnly,
		"below a read-only": filepath.Join(readOnly, "spool"),
	} {
		t.Run(name, func(t *testing.T) {
			if strings.Contains(name, "read-only") && os.Geteuid() == 0 {
				t.Skip("root writes everywhere")
			}
			q := openQueue(t, dir, Limits{})
			appendNumbers(q, 1, 3)
			if st := q.Stats(); st.Records != 3 || st.InMemory != 3 {
				t.Errorf("%+v", st)
			}
			if diff := cmp.Diff(numbers(1, 3), drain(t, q)); diff != "" {
				t.Error(diff)
			}
			if err := q.Purge(); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(file); err != nil {
				t.Errorf("Purge removed a file in the folder's place: %v", err)
			}
		})
	}
}

// What waits in memory goes to the disk when that works again, in order and with the count of drops.
func TestDiskComesBack(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "parent")
	dir := filepath.Join(parent, "spool")
	synctest.Test(t, func(t *testing.T) {
		writeFile(t, parent, nil) // in the folder's place
		q := openQueue(t, dir, Limits{Records: 4})
		appendNumbers(q, 1, 5)
		if err := os.Remove(parent); err != nil {
			t.Fatal(err)
		}
		appendNumbers(q, 6, 6)
		if st := q.Stats(); st.InMemory != 4 {
			t.Errorf("%+v: the disk was tried again at once", st)
		}
		time.Sleep(2 * diskPause)
		appendNumbers(q, 7, 7)
		if st := q.Stats(); st.InMemory != 0 || st.Records != 4 || st.Dropped != 3 {
			t.Errorf("%+v, want 4 records on disk, 3 dropped", st)
		}
		if diff := cmp.Diff(numbers(4, 7), drain(t, q)); diff != "" {
			t.Error(diff)
		}
	})
}

// Close gives the disk a last chance.
func TestCloseMovesMemory(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "parent")
	dir := filepath.Join(parent, "spool")
	writeFile(t, parent, nil)
	q := Open(dir, Limits{})
	appendNumbers(q, 1, 5)
	if err := os.Remove(parent); err != nil {
		t.Fatal(err)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(numbers(1, 5), drain(t, openQueue(t, dir, Limits{}))); diff != "" {
		t.Error(diff)
	}
}

// What is appended after the folder was removed is kept, whether a check was due or not.
func TestFolderRemoved(t *testing.T) {
	for _, pause := range []time.Duration{0, time.Second} {
		for _, more := range []int{1, checkRecords - 1, 3 * checkRecords} {
			t.Run(fmt.Sprint(pause, more), func(t *testing.T) {
				dir := queueDir(t)
				synctest.Test(t, func(t *testing.T) {
					q := openQueue(t, dir, Limits{})
					appendNumbers(q, 1, checkRecords) // these go with the folder
					time.Sleep(pause)
					if err := os.RemoveAll(filepath.Dir(dir)); err != nil {
						t.Skip(err)
					}
					appendNumbers(q, 101, 100+more)
					if diff := cmp.Diff(numbers(101, 100+more), drain(t, q)); diff != "" {
						t.Error(diff)
					}
					appendNumbers(q, 1, 2)
					if err := os.RemoveAll(dir); err != nil {
						t.Fatal(err)
					}
					if err := q.Close(); err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(numbers(1, 2), drain(t, openQueue(t, dir, Limits{}))); diff != "" {
						t.Errorf("after Close: %s", diff)
					}
				})
			})
		}
	}
}

func TestFolderRemovedWhileBatchIsOut(t *testing.T) {
	dir := queueDir(t)
	q := openQueue(t, dir, Limits{})
	appendText(q, "before", "batch")
	b := next(t, q, 1)
	if err := os.RemoveAll(dir); err != nil {
		t.Skip(err)
	}
	if err := b.Done(1); err != nil {
		t.Errorf("Done: %v", err)
	}
	appendText(q, "again")
	if diff := cmp.Diff([]string{"again"}, drain(t, q)); diff != "" {
		t.Error(diff)
	}
}

// A writer whose file stops taking writes: what was there stays readable, what comes later is kept in memory and then
// in a new file.
func TestWriteFails(t *testing.T) {
	for _, name := range []string{"read-only", "closed"} {
		t.Run(name, func(t *testing.T) {
			dir := queueDir(t)
			synctest.Test(t, func(t *testing.T) {
				q := openQueue(t, dir, Limits{})
				appendNumbers(q, 1, 3)
				breakOwn(t, q, name)
				appendNumbers(q, 4, 5)
				if st := q.Stats(); st.Records != 5 || st.InMemory != 2 {
					t.Errorf("%+v", st)
				}
				time.Sleep(2 * diskPause)
				appendNumbers(q, 6, 7)
				if st := q.Stats(); st.Records != 7 || st.InMemory != 0 {
					t.Errorf("later %+v", st)
				}
				if diff := cmp.Diff(numbers(1, 7), drain(t, q)); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// breakOwn puts a file in the place of the own one that cannot be written and not be cut.
func breakOwn(t *testing.T, q *Queue, how string) {
	t.Helper()
	path := q.own.path
	q.own.close()
	if how == "read-only" {
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		q.own.file = file
	}
}

// A cursor that cannot be written is an error of Done, and the records come again: twice is better than never.
func TestDoneFails(t *testing.T) {
	dir := queueDir(t)
	q := openQueue(t, dir, Limits{})
	appendNumbers(q, 1, 3)
	b := next(t, q, 2)
	b.parts[0].close()
	if err := b.Done(0); err == nil {
		t.Error("no error")
	}
	if diff := cmp.Diff(numbers(1, 3), drain(t, q)); diff != "" {
		t.Error(diff)
	}
}

// A segment that cannot be read is an error of Next when there is nothing else, and is not lost.
func TestReadFails(t *testing.T) {
	dir := queueDir(t)
	q := openQueue(t, dir, Limits{})
	appendNumbers(q, 1, 3)
	file, err := os.OpenFile(q.own.path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	q.own.close()
	q.own.file = file
	if b, err := q.Next(5, 1<<20); b != nil || err == nil {
		t.Errorf("Next = %v, %v", b, err)
	}
	if diff := cmp.Diff(numbers(1, 3), drain(t, q)); diff != "" {
		t.Error(diff)
	}
}

// Others meet these when the process dies while it makes a segment.
func TestCreatorDied(t *testing.T) {
	dir := queueDir(t)
	for _, size := range []int{0, 1, headerSize - 1, headerSize} {
		plant(t, dir, newHeader().encode()[:size])
	}
	q := openQueue(t, dir, Limits{})
	appendText(q, "a")
	if got := len(files(t, dir)); got != 1 {
		t.Errorf("%d files, want 1", got)
	}
	if diff := cmp.Diff([]string{"a"}, drain(t, q)); diff != "" {
		t.Error(diff)
	}
}

// A segment that was removed between list and lock, or between open and lock.
func TestSegmentVanishes(t *testing.T) {
	dir := queueDir(t)
	q := openQueue(t, dir, Limits{Records: 8})
	appendNumbers(q, 1, 8)
	for _, path := range files(t, dir)[:2] { // 4 records, delivered by somebody else
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	appendNumbers(q, 9, 12)
	if n := q.Dropped(); n != 0 {
		t.Errorf("%d dropped although there was room", n)
	}
	if got := drain(t, q); !slices.Equal(got, numbers(5, 12)) {
		t.Errorf("read %q", got)
	}
}
