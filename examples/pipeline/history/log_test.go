package history

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sample = "commit aa\x00bb cc\x00Ada\x00ada@engine.example\x0010\x00Charles\x00\x0020\x00subject\x00" +
	"\n:100644 100644 11 22 R087\x00old\x00new\x00:100644 100644 11 22 M\x00bin\x00" +
	"3\t1\t\x00old\x00new\x00-\t-\tbin\x00" +
	"commit bb\x00\x00\x00\x00\x00\x00\x00-5\x00\x00"

func TestReadLog(t *testing.T) {
	got, err := readLog(sample)
	if err != nil {
		t.Fatal(err)
	}
	want := []*Commit{
		{
			Hash: "aa", Parents: []string{"bb", "cc"}, Subject: "subject",
			Author:    Signature{"Ada", "ada@engine.example", 10},
			Committer: Signature{"Charles", "", 20},
			Changes:   []Change{{"R", 87, "new", "old"}, {"M", 0, "bin", ""}},
			Lines:     []Lines{{Path: "new", Added: 3, Deleted: 1}, {Path: "bin", Binary: true}},
		},
		{Hash: "bb", Parents: []string{}, Committer: Signature{Time: -5}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func readLog(text string) ([]*Commit, error) {
	var commits []*Commit
	err := each(newLogReader(strings.NewReader(text)).Read, func(c *Commit) error {
		commits = append(commits, c)
		return nil
	})
	return commits, err
}

// TestReadLogCutShort cuts the output at every byte: it is whole only where a record ends.
func TestReadLogCutShort(t *testing.T) {
	for n := 1; n < len(sample); n++ {
		_, err := readLog(sample[:n])
		if sample[n-1] != 0 && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("cut after %d bytes: error %v, want unexpected EOF", n, err)
		}
	}
}

func FuzzReadLog(f *testing.F) {
	f.Add(sample)
	f.Add("commit aa\x00")
	f.Add("\n:\x00")
	f.Fuzz(func(t *testing.T, text string) {
		commits, err := readLog(text)
		if err == nil && len(text) > 0 && len(commits) == 0 {
			t.Errorf("%q gave neither commits nor an error", text)
		}
	})
}
