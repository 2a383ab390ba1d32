package history

import (
	"bufio"
	"encoding/gob"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// Package is a folder for what lies between the steps of one run.
type Package struct{ dir string }

// NewPackage makes a folder below dir that only this user can read; "" is the system's folder for temporary files.
func NewPackage(dir string) (*Package, error) {
	made, err := os.MkdirTemp(dir, "history-")
	if err != nil {
		return nil, err
	}
	return &Package{dir: made}, nil
}

// Remove deletes the folder.
func (p *Package) Remove() error { return os.RemoveAll(p.dir) }

// The files of a package.
const (
	extracted = "extracted" // Commits
	people    = "people"    // Persons
	rows      = "rows"      // Rows
)

// writeAll opens a file of the package, hands write a function that appends a value, and closes it.
func writeAll[T any](p *Package, name string, write func(put func(*T) error) error) error {
	f, err := os.OpenFile(filepath.Join(p.dir, name), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(f, 1<<16)
	values := gob.NewEncoder(out)
	err = write(func(v *T) error { return values.Encode(v) })
	return errors.Join(err, out.Flush(), f.Close())
}

// readAll hands every value of a file of the package to take, one at a time.
func readAll[T any](p *Package, name string, take func(*T) error) error {
	f, err := os.Open(filepath.Join(p.dir, name))
	if err != nil {
		return err
	}
	defer f.Close()
	values := gob.NewDecoder(bufio.NewReaderSize(f, 1<<16))
	read := func() (*T, error) {
		v := new(T)
		return v, values.Decode(v)
	}
	return each(read, take)
}

// each hands every value that read returns to take, until read returns io.EOF.
func each[T any](read func() (*T, error), take func(*T) error) error {
	for {
		v, err := read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := take(v); err != nil {
			return err
		}
	}
}
