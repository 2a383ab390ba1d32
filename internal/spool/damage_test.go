package spool

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// segmentBytes is a segment as a killed writer left it, with frames of the given bodies; ends are the offsets behind them.
func segmentBytes(bodies ...string) (b []byte, ends []int) {
	b = newHeader().encode()
	for _, body := range bodies {
		frame := append(beginFrame(nil, time.Now(), "text/plain", "gzip"), body...)
		endFrame(frame)
		b = append(b, frame...)
		ends = append(ends, len(b))
	}
	return b, ends
}

// plant writes a segment into dir.
func plant(t testing.TB, dir string, b []byte) string {
	t.Helper()
	path := filepath.Join(dir, newName(time.Now()))
	writeFile(t, path, b)
	return path
}

func TestTornTailAtEveryOffset(t *testing.T) {
	whole, ends := segmentBytes("first", "second", "third")
	want := []string{"first", "second", "third"}
	for n := range len(whole) + 1 {
		complete := 0
		for _, end := range ends {
			if end <= n {
				complete++
			}
		}
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			dir := queueDir(t)
			plant(t, dir, whole[:n])
			reader := openQueue(t, dir, Limits{})
			if got := reader.Stats().Records; got != complete {
				t.Errorf("Stats: %d records, want %d", got, complete)
			}
			if got := drain(t, reader); !slices.Equal(got, want[:complete]) || reader.Dropped() != 0 {
				t.Errorf("read %q, dropped %d, want %d records", got, reader.Dropped(), complete)
			}
			if left := files(t, dir); len(left) != 0 {
				t.Errorf("left behind: %q", left)
			}
			plant(t, dir, whole[:n])
			writer := openQueue(t, dir, Limits{})
			appendText(writer, "new")
			if got := len(files(t, dir)); got != 1 {
				t.Errorf("%d files: the writer did not continue the segment", got)
			}
			if got := drain(t, writer); !slices.Equal(got, append(want[:complete:complete], "new")) || writer.Dropped() != 0 {
				t.Errorf("continued and read %q, dropped %d", got, writer.Dropped())
			}
		})
	}
}

func TestDamageAtEveryByte(t *testing.T) {
	whole, _ := segmentBytes("first", "second", "third")
	valid := []string{"first", "second", "third"}
	for i := headerSize; i < len(whole); i++ {
		for _, mask := range []byte{1, 0x80, 0xff} {
			dir := queueDir(t)
			b := bytes.Clone(whole)
			b[i] ^= mask
			plant(t, dir, b)
			q := Open(dir, Limits{})
			got := drain(t, q)
			if len(got) >= len(valid) || !slices.Equal(got, valid[:len(got)]) || q.Dropped() > 1 {
				t.Errorf("byte %d ^ %x: read %q, dropped %d", i, mask, got, q.Dropped())
			}
			if err := q.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// A damaged record is counted, and the writer goes on behind what was good before it.
func TestDamageIsCounted(t *testing.T) {
	whole, ends := segmentBytes("first", "second", "third")
	whole[ends[1]-1] ^= 1
	for _, appends := range []bool{false, true} {
		dir := queueDir(t)
		plant(t, dir, whole)
		q := openQueue(t, dir, Limits{})
		want := []string{"first"}
		if appends {
			appendText(q, "new")
			want = append(want, "new")
		}
		if diff := cmp.Diff(want, drain(t, q)); diff != "" || q.Dropped() != 1 {
			t.Errorf("dropped %d\n%s", q.Dropped(), diff)
		}
	}
}

// Damage in a segment that is to be trimmed must not keep the queue over its limits.
func TestTrimDamage(t *testing.T) {
	dir := queueDir(t)
	q := Open(dir, Limits{})
	appendNumbers(q, 1, 9)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	path := files(t, dir)[0]
	b := readFile(t, path)
	b[headerSize+3*(frameMin+1)+5] ^= 0x10 // the length of the fourth
	writeFile(t, path, b)
	q = openQueue(t, dir, Limits{Records: 8})
	appendNumbers(q, 10, 14)
	if st := q.Stats(); st.Records > 8 || st.Records < 5 {
		t.Errorf("%+v", st)
	}
	if got := drain(t, q); len(got) < 5 || !slices.Equal(got[len(got)-5:], numbers(10, 14)) {
		t.Errorf("read %q", got)
	}
}

func TestHeaderDamage(t *testing.T) {
	whole, ends := segmentBytes("first", "second", "third")
	set := func(off int64, word int64) func([]byte) {
		return func(b []byte) { copy(b[off:], header{cursor: word}.encode()[offCursor:offCursor+8]) }
	}
	for name, change := range map[string]func([]byte){
		"cursor behind the end":  set(offCursor, int64(ends[2]+1)),
		"cursor in the header":   set(offCursor, 8),
		"cursor negative":        set(offCursor, -1),
		"gone absurd":            set(offCursor+8, 1<<60),
		"gone negative":          set(offCursor+8, -5),
		"dropped absurd":         set(offCursor+16, 1<<60),
		"dropped negative":       set(offCursor+16, -5),
		"end of a longer file":   set(offEnd, int64(ends[2]+100)),
		"end, and absurd number": func(b []byte) { set(offEnd, int64(ends[2]))(b); set(offEnd+8, 1<<62)(b) },
		"end, and no number":     func(b []byte) { set(offEnd, int64(ends[2]))(b) },
		"reported absurd":        set(offReported, 1<<60),
	} {
		t.Run(name, func(t *testing.T) {
			b := bytes.Clone(whole)
			change(b)
			dir := queueDir(t)
			plant(t, dir, b)
			q := openQueue(t, dir, Limits{Records: 100})
			appendText(q, "new")
			want := []string{"first", "second", "third", "new"}
			if st := q.Stats(); st.Records != 4 || st.Dropped != 0 {
				t.Errorf("%+v", st)
			}
			if diff := cmp.Diff(want, drain(t, q)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestForeignSegments(t *testing.T) {
	newer := []byte(magic + strings.Repeat("a later format", 20))
	newer[len(magic)-1] = 99
	for name, b := range map[string][]byte{"newer version": newer, "something else": bytes.Repeat([]byte("text\n"), 50)} {
		t.Run(name, func(t *testing.T) {
			dir := queueDir(t)
			path := plant(t, dir, b)
			q := openQueue(t, dir, Limits{Records: 2})
			appendNumbers(q, 1, 5)
			if diff := cmp.Diff(numbers(4, 5), drain(t, q)); diff != "" {
				t.Error(diff)
			}
			if got := readFile(t, path); !bytes.Equal(got, b) {
				t.Error("it was changed")
			}
			old := filepath.Join(dir, newName(time.Now().Add(-8*24*time.Hour)))
			for _, notice := range []func(){
				func() { drain(t, q) },
				func() { appendText(openQueue(t, dir, Limits{}), "x") },
			} {
				writeFile(t, old, b)
				notice()
				if _, err := os.Stat(old); err == nil {
					t.Error("it outlived the age limit")
				}
			}
			if err := q.Purge(); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(path); err == nil {
				t.Error("it outlived Purge")
			}
		})
	}
}

func TestOtherFilesAreLeftAlone(t *testing.T) {
	dir := queueDir(t)
	target := filepath.Join(t.TempDir(), "target")
	segment, _ := segmentBytes("not ours")
	writeFile(t, target, segment)
	writeFile(t, filepath.Join(dir, "notes.txt"), []byte("x"))
	writeFile(t, filepath.Join(dir, "x.seg"), segment)
	if err := os.Mkdir(filepath.Join(dir, newName(time.Now())), 0o700); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, newName(time.Now()))
	if err := os.Symlink(target, link); err != nil {
		t.Skip(err)
	}
	q := openQueue(t, dir, Limits{})
	appendText(q, "a")
	if diff := cmp.Diff([]string{"a"}, drain(t, q)); diff != "" {
		t.Error(diff)
	}
	if err := q.Purge(); err != nil {
		t.Error(err)
	}
	if got := len(files(t, dir)); got != 4 {
		t.Errorf("%d files left, want the 4 that are not the queue's", got)
	}
	if got := readFile(t, target); !bytes.Equal(got, segment) {
		t.Error("a file behind a link was changed")
	}
	if openFlags != 0 {
		if s, err := lockSegment(listed{path: link}); err == nil || s != nil {
			t.Errorf("a link was followed: %v", err)
		}
	}
}
