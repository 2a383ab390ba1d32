package spool

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// smallDisk mounts a file system of the given size, or skips.
func smallDisk(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("mount: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// On a full disk nothing that was on it is lost, the rest waits in memory and moves when there is room again.
func TestDiskFull(t *testing.T) {
	disk := smallDisk(t, "size=64k")
	body := strings.Repeat("x", 3000)
	synctest.Test(t, func(t *testing.T) {
		q := openQueue(t, filepath.Join(disk, "spool"), Limits{})
		var want []string
		for i := range 60 {
			want = append(want, fmt.Sprint(i, body))
			appendText(q, want[i])
		}
		st := q.Stats()
		if st.Records != 60 || st.InMemory < 30 || st.InMemory == 60 {
			t.Errorf("%+v, want part on disk, part in memory", st)
		}
		if err := next(t, q, 10).Done(0); err != nil {
			t.Fatal(err)
		}
		got := drain(t, q)
		if len(got) != 50 || q.Dropped() != 0 {
			t.Errorf("%d records, %d dropped", len(got), q.Dropped())
		}
		for i, body := range got {
			if body != want[i+10] {
				t.Fatalf("record %d is %.10q", i+10, body)
			}
		}
		time.Sleep(2 * diskPause)
		appendText(q, "a")
		if st := q.Stats(); st.Records != 1 || st.InMemory != 0 {
			t.Errorf("after there was room: %+v", st)
		}
	})
}

// A disk that takes a part of what waits in memory has that part, whole records, and not again.
func TestDiskTakesPart(t *testing.T) {
	disk := smallDisk(t, "size=64k")
	body := strings.Repeat("x", 3000)
	synctest.Test(t, func(t *testing.T) {
		q := slowQueue(t, filepath.Join(disk, "spool"), Limits{})
		want := numbers(1, 2)
		for i := 3; i <= 40; i++ {
			want = append(want, fmt.Sprint(i, body))
			appendText(q, want[i-1])
		}
		if st := q.Stats(); st.InMemory != 38 {
			t.Errorf("%+v, want 38 records in memory", st)
		}
		time.Sleep(diskPause)
		want = append(want, "last")
		appendText(q, "last")
		if st := q.Stats(); st.Records != 41 || st.InMemory < 10 || st.InMemory > 30 {
			t.Errorf("%+v, want part on disk, part in memory", st)
		}
		if own := q.own; own.head.records != 41-int64(len(q.memory.frames)) || own.size != fileSize(t, own.path) {
			t.Errorf("%d records in %d bytes, the file has %d", own.head.records, own.size, fileSize(t, own.path))
		}
		if diff := cmp.Diff(want, drain(t, q)); diff != "" {
			t.Error(diff)
		}
	})
}

func fileSize(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// No inode is left for a segment.
func TestDiskWithoutInodes(t *testing.T) {
	disk := smallDisk(t, "nr_inodes=3")
	dir := filepath.Join(disk, "spool")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(disk, "other")
	writeFile(t, other, nil)
	q := openQueue(t, dir, Limits{})
	appendText(q, "a")
	if st := q.Stats(); st.InMemory != 1 {
		t.Errorf("%+v", st)
	}
	if err := os.Remove(other); err != nil {
		t.Fatal(err)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	if got := drain(t, openQueue(t, dir, Limits{})); len(got) != 1 {
		t.Errorf("read %q", got)
	}
}

// The disk becomes read-only while it is in use.
func TestDiskTurnsReadOnly(t *testing.T) {
	disk := smallDisk(t, "size=1m")
	dir := filepath.Join(disk, "spool")
	first := Open(dir, Limits{})
	appendNumbers(first, 1, 3)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("", disk, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Skip(err)
	}
	q := openQueue(t, dir, Limits{})
	appendNumbers(q, 4, 5)
	if st := q.Stats(); st.Records != 5 || st.InMemory != 2 {
		t.Errorf("%+v", st)
	}
	if b := next(t, q, 5); len(b.Records) != 2 || b.Done(0) != nil {
		t.Errorf("%q, want what is in memory", bodies(b))
	}
}
