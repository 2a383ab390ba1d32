package otelbridge

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// writeWhole replaces the content of a file, or makes it with mode 0600 and its
// folders with 0700. It is written beside the old one and renamed, so that a
// reader sees the one or the other and a full disk leaves the old one, and a
// choice that was reported as written survives a power cut. A file
// keeps its mode; a symbolic link keeps pointing to its file. An error names the
// file, not the one beside it.
func writeWhole(path string, content []byte) error {
	if err := replaceWhole(path, content); err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, cause(err))
	}
	return nil
}

func replaceWhole(path string, content []byte) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	mode := fs.FileMode(0o600)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	temp, err := writeBeside(path, content, mode, (*os.File).Sync)
	if err != nil {
		return err
	}
	return rename(temp, path)
}

// rename moves a temporary file to its place, or removes it.
func rename(temp, path string) error {
	if err := os.Rename(temp, path); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return nil
}

// writeBeside writes a file into the folder of path, which it makes, under a
// name that nobody else uses. It leaves nothing behind when it fails. Finish is
// called before the file is closed.
func writeBeside(path string, content []byte, mode fs.FileMode, finish func(*os.File) error) (string, error) {
	dir, name := filepath.Split(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, "."+name+"-*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = finish(f)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}
