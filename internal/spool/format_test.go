package spool

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestFormat pins the bytes of a segment. Whoever changes them gives the format a
// new number, so that another version of the program leaves such files alone.
func TestFormat(t *testing.T) {
	dir := t.TempDir()
	q := Open(dir, Limits{})
	q.Append(Record{Time: time.Unix(1_700_000_000, 0), ContentType: "text/plain", ContentEncoding: "gzip", Body: []byte("body")})
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(files(t, dir)[0])
	if err != nil {
		t.Fatal(err)
	}
	const want = `00000000  6f 74 73 70 6f 6f 6c 02  40 00 00 00 00 00 00 00  |otspool.@.......|
00000010  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
00000020  64 00 00 00 00 00 00 00  01 00 00 00 00 00 00 00  |d...............|
00000030  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
00000040  c6 f1 e4 66 1c 00 00 00  00 00 2a 36 fe 9c 97 17  |...f......*6....|
00000050  0a 04 74 65 78 74 2f 70  6c 61 69 6e 67 7a 69 70  |..text/plaingzip|
00000060  62 6f 64 79                                       |body|
`
	if diff := cmp.Diff(want, hex.Dump(b)); diff != "" {
		t.Error(diff)
	}
}

// A folder may be named in any way.
func TestUncleanPath(t *testing.T) {
	dir := t.TempDir() + string(filepath.Separator) + "." + string(filepath.Separator) + "q" + string(filepath.Separator)
	q := openQueue(t, dir, Limits{})
	appendText(q, "one")
	if diff := cmp.Diff([]string{"one"}, drain(t, q)); diff != "" {
		t.Error(diff)
	}
}

// What is about to be delivered is not taken hold of.
func TestBeginAnew(t *testing.T) {
	dir := queueDir(t)
	first := Open(dir, Limits{})
	appendText(first, "left")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	q := openQueue(t, dir, Limits{})
	q.BeginAnew()
	appendText(q, "new")
	if diff := cmp.Diff([]string{"left"}, drain(t, openQueue(t, dir, Limits{}))); diff != "" {
		t.Error(diff)
	}
}

// Only the newest segment is filled up by later processes: not much of what came
// last may be dropped among the first.
func TestOlderSegmentIsNotFilledUp(t *testing.T) {
	for name, tt := range map[string]struct {
		size      int
		continued bool
	}{"short": {1 << 10, true}, "long": {maxOlder, false}} {
		dir := queueDir(t)
		first := Open(dir, Limits{})
		first.Append(Record{Body: make([]byte, tt.size)})
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond) // so that the names differ in time
		newest := Open(dir, Limits{})
		newest.view.at = time.Now() // so that it does not look, and begins its own
		appendText(newest, "held")
		defer newest.Close()
		q := openQueue(t, dir, Limits{})
		appendText(q, "later")
		if got := len(files(t, dir)) == 2; got != tt.continued {
			t.Errorf("%s: continued %v, %d files", name, got, len(files(t, dir)))
		}
	}
}
