package history

import (
	"context"
	"strings"
)

// Person is somebody who wrote or committed something: one e-mail address, or one name where there is no address.
type Person struct {
	Email string // in lower case; may be empty
	Name  string // the newest that came with the address; may be empty
}

// Row is a commit in its final form. People are numbers in the order of the package's people.
type Row struct {
	Hash                string
	Parents             []string
	Author, Committer   int
	Authored, Committed int64 // seconds since 1970
	Subject             string
	Files               []File
}

// File is what a commit did to one file.
type File struct {
	Change
	Binary         bool
	Added, Deleted int64 // lines; 0 in a binary file
}

// Normalize makes rows of extracted commits: every person once, and each change with its lines.
func Normalize(ctx context.Context, within *Package, progress Progress) error {
	known, files := newPeople(), 0
	read := 0
	err := writeAll(within, rows, func(put func(*Row) error) error {
		return readAll(within, extracted, func(c *Commit) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			read++
			files += len(c.Changes)
			progress.add(1)
			return put(known.row(c))
		})
	})
	if err != nil {
		return err
	}
	err = writeAll(within, people, func(put func(*Person) error) error {
		return known.each(put)
	})
	counted(ctx, read, read+files+len(known.list))
	return err
}

// persons numbers people in the order in which they appear. Git tells the newest commits first, so the first name seen with an
// address is the newest.
type persons struct {
	numbers map[string]int
	list    []Person
}

func newPeople() *persons { return &persons{numbers: map[string]int{}} }

func (p *persons) number(s Signature) int {
	person := Person{Email: asciiLower(tidy(s.Email)), Name: tidy(s.Name)}
	n, found := p.numbers[person.key()]
	if !found {
		n = len(p.list)
		p.numbers[person.key()] = n
		p.list = append(p.list, person)
	}
	return n
}

func (p *persons) each(do func(*Person) error) error {
	for i := range p.list {
		if err := do(&p.list[i]); err != nil {
			return err
		}
	}
	return nil
}

func (p *persons) row(c *Commit) *Row {
	return &Row{
		Hash: c.Hash, Parents: c.Parents, Subject: c.Subject,
		Author: p.number(c.Author), Committer: p.number(c.Committer),
		Authored: c.Author.Time, Committed: c.Committer.Time,
		Files: withLines(c.Changes, c.Lines),
	}
}

// key tells people apart. An address and a name can never be taken for each other.
func (p Person) key() string {
	if p.Email != "" {
		return "@" + p.Email
	}
	return "=" + p.Name
}

// withLines joins the two halves of what git tells about a file.
func withLines(changes []Change, lines []Lines) []File {
	byPath := make(map[string]Lines, len(lines))
	for _, l := range lines {
		byPath[l.Path] = l
	}
	files := make([]File, len(changes))
	for i, c := range changes {
		l := byPath[c.Path]
		files[i] = File{Change: c, Binary: l.Binary, Added: l.Added, Deleted: l.Deleted}
	}
	return files
}

// tidy removes space around and doubled within a text. It leaves bytes that are not UTF-8 as they are.
func tidy(text string) string { return strings.Join(strings.Fields(text), " ") }

// asciiLower changes nothing but A to Z: the rest of an address may be in any encoding.
func asciiLower(text string) string {
	bytes := []byte(text)
	for i, b := range bytes {
		if 'A' <= b && b <= 'Z' {
			bytes[i] = b + 'a' - 'A'
		}
	}
	return string(bytes)
}
