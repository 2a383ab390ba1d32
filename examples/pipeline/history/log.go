package history

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Commit is a commit as git tells it, byte for byte: texts may be anything but NUL.
type Commit struct {
	Hash              string
	Parents           []string
	Author, Committer Signature
	Subject           string
	Changes           []Change
	Lines             []Lines
}

// Signature is who did something and when, in seconds since 1970.
type Signature struct {
	Name, Email string
	Time        int64
}

// Change is what happened to one file: added, modified, deleted, renamed, copied or its type changed (A M D R C T).
type Change struct {
	Status     string
	Similarity int // of a rename or copy, in percent
	Path       string
	From       string // of a rename or copy
}

// Lines is how many lines changed in one file.
type Lines struct {
	Path           string
	Binary         bool // has no lines
	Added, Deleted int64
}

// logArguments make git print commits as logReader reads them: every text ends in NUL, and a commit's changes follow it, first
// with their kind and then with their lines. A merge has none, as everywhere in git.
func logArguments(part Range) []string {
	return append(append([]string{"log", "-z", "--raw", "--numstat", "--no-abbrev", "--find-renames", "--no-diff-merges",
		"--no-ext-diff", "--no-textconv", "--no-color", "--no-notes", "--no-relative", "--no-show-signature",
		"--ignore-submodules=none", "--encoding=UTF-8", "--format=tformat:" + header},
		part.arguments()...), "--")
}

const (
	header  = mark + "%H%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%s"
	mark    = "commit "
	headers = 9 // texts in a header
)

// logReader reads commits from git's output.
type logReader struct {
	in   *bufio.Reader
	next string // text that was read ahead: a commit's first
}

func newLogReader(r io.Reader) *logReader { return &logReader{in: bufio.NewReaderSize(r, 1<<16)} }

// text reads up to the next NUL.
func (l *logReader) text() (string, error) {
	text, err := l.in.ReadString(0)
	if err == nil {
		return text[:len(text)-1], nil
	}
	if errors.Is(err, io.EOF) && text != "" {
		return "", io.ErrUnexpectedEOF
	}
	return "", err
}

// inside is text where the output must not end.
func (l *logReader) inside() (string, error) {
	text, err := l.text()
	if errors.Is(err, io.EOF) {
		return "", io.ErrUnexpectedEOF
	}
	return text, err
}

// Read returns the next commit, io.EOF after the last one and io.ErrUnexpectedEOF when the output stops within one.
func (l *logReader) Read() (*Commit, error) {
	c, err := l.header()
	if err != nil {
		return nil, err
	}
	for {
		item, err := l.text()
		item = strings.TrimPrefix(item, "\n") // stands between a header and its changes
		switch {
		case errors.Is(err, io.EOF):
			return c, nil
		case err != nil:
			return nil, err
		case strings.HasPrefix(item, mark):
			l.next = item
			return c, nil
		case item == "":
		case item[0] == ':':
			err = l.change(c, item)
		default:
			err = l.lines(c, item)
		}
		if err != nil {
			return nil, err
		}
	}
}

func (l *logReader) header() (*Commit, error) {
	first := l.next
	l.next = ""
	if first == "" {
		var err error
		if first, err = l.text(); err != nil {
			return nil, err
		}
	}
	texts := [headers]string{first}
	for i := 1; i < headers; i++ {
		text, err := l.inside()
		if err != nil {
			return nil, err
		}
		texts[i] = text
	}
	hash, found := strings.CutPrefix(texts[0], mark)
	if !found {
		return nil, fmt.Errorf("git log: %.40q where a commit was expected", texts[0])
	}
	return &Commit{
		Hash: hash, Parents: strings.Fields(texts[1]), Subject: texts[8],
		Author:    Signature{texts[2], texts[3], seconds(texts[4])},
		Committer: Signature{texts[5], texts[6], seconds(texts[7])},
	}, nil
}

// seconds reads a time; git prints nothing for one that it cannot read itself.
func seconds(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// change reads ":100644 100644 HASH HASH R087", which one or two paths follow.
func (l *logReader) change(c *Commit, item string) error {
	fields := strings.Fields(item)
	if len(fields) != 5 {
		return fmt.Errorf("git log: %.40q where a change was expected", item)
	}
	change := Change{Status: fields[4][:1]}
	change.Similarity, _ = strconv.Atoi(fields[4][1:])
	var err error
	if change.Path, err = l.inside(); err != nil {
		return err
	}
	if change.Status == "R" || change.Status == "C" {
		change.From = change.Path
		if change.Path, err = l.inside(); err != nil {
			return err
		}
	}
	c.Changes = append(c.Changes, change)
	return nil
}

// lines reads "3\t1\tpath", or "3\t1\t", which the old and the new path follow. A binary file has "-" for its numbers.
func (l *logReader) lines(c *Commit, item string) error {
	fields := strings.SplitN(item, "\t", 3)
	if len(fields) != 3 {
		return fmt.Errorf("git log: %.40q where lines were expected", item)
	}
	lines := Lines{Path: fields[2], Binary: fields[0] == "-", Added: seconds(fields[0]), Deleted: seconds(fields[1])}
	if lines.Path == "" {
		if _, err := l.inside(); err != nil {
			return err
		}
		var err error
		if lines.Path, err = l.inside(); err != nil {
			return err
		}
	}
	c.Lines = append(c.Lines, lines)
	return nil
}
