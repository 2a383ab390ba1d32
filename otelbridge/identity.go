package otelbridge

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	idName    = "anonymous_id"
	keyName   = "key"
	keyLength = 32
)

// identity is what tells one install from another: the id that anonymous
// events carry, and the key that names are hashed with, which never leaves.
// Both are made when they are first asked for, and in CI, in containers and
// where they cannot be kept there is no id, and a key of this process alone.
// It may be used from many goroutines at once.
type identity struct {
	scope  IdentityScope
	format IdentityFormat
	chosen Value
	dir    string // empty: keep nothing
	id     func() string
	key    func() []byte
}

func newIdentity(app App, settings Settings) *identity {
	i := &identity{
		scope: app.Identity.Scope, format: app.Identity.Format,
		chosen: settings.AnonymousID, dir: settings.Paths.State,
	}
	if settings.Ephemeral {
		i.dir = ""
	}
	i.id = sync.OnceValue(i.installID)
	i.key = sync.OnceValue(i.installKey)
	return i
}

// AnonymousID is the id for the next event; empty: send none. An id that the
// user chose is taken as it is and never written down.
func (i *identity) AnonymousID() string {
	switch {
	case i.scope == NoIdentity:
		return ""
	case i.chosen.Source != "":
		return i.chosen.Text
	case i.scope == PerMessage:
		return i.format.random(time.Now())
	}
	return i.id()
}

// Key is the key of this install, or of this process where none is kept. The
// caller must not change it.
func (i *identity) Key() []byte { return i.key() }

// Ephemeral reports whether nothing of this install is kept: the next run will
// look like another one.
func (i *identity) Ephemeral() bool {
	needsID := i.scope == PerInstall && i.chosen.Source == ""
	return i.dir == "" || needsID && i.id() == ""
}

func (i *identity) installID() string {
	if i.dir == "" {
		return ""
	}
	id, err := keepSecret(filepath.Join(i.dir, idName), i.format.valid, func() string { return i.format.random(time.Now()) })
	if err != nil {
		return ""
	}
	return id
}

func (i *identity) installKey() []byte {
	text := randomKey()
	if i.dir != "" {
		kept, err := keepSecret(filepath.Join(i.dir, keyName), isKey, randomKey)
		if err == nil {
			text = kept
		}
	}
	key, _ := hex.DecodeString(text) // only digits
	return key
}

func randomKey() string {
	var key [keyLength]byte
	randomBytes(key[:])
	return hex.EncodeToString(key[:])
}

func isKey(text string) bool { return len(text) == 2*keyLength && isHex(text) }

// keepSecret returns the line in a file. Where there is no valid one it makes
// one, of mode 0600.
//
// Of any number of processes that make it at once, one wins and all return its
// line. Two processes that repair a damaged file at once may disagree for that
// one run; the last one stays.
func keepSecret(path string, valid func(string) bool, random func() string) (string, error) {
	line, err := readLine(path)
	switch {
	case err == nil && valid(line):
		return line, nil
	case err == nil:
		err = replaceSecret(path, random())
	case errors.Is(err, fs.ErrNotExist):
		err = makeSecret(path, random())
	}
	if err != nil {
		return "", err
	}
	if line, err = readLine(path); err == nil && !valid(line) {
		err = errors.New("another process spoiled " + path)
	}
	return line, err
}

// makeSecret lets the file appear whole, by a link, which fails where another
// process came first. A file system without links gets a rename.
func makeSecret(path, line string) error {
	temp, err := writeBeside(path, []byte(line+"\n"), 0o600, leave)
	if err != nil {
		return err
	}
	err = os.Link(temp, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return os.Remove(temp)
	}
	return rename(temp, path)
}

func replaceSecret(path, line string) error {
	temp, err := writeBeside(path, []byte(line+"\n"), 0o600, leave)
	if err != nil {
		return err
	}
	return rename(temp, path)
}

// leave does not wait for the disk: a secret that a power cut spoils is made
// anew.
func leave(*os.File) error { return nil }

// readLine reads a file of one line, whether it ends with a line break or not.
func readLine(path string) (string, error) {
	b, err := readRegular(path)
	return string(bytes.TrimRight(b, "\r\n")), err
}

// ForgetIdentity removes the id and the key of this install. The next event
// makes new ones, which nothing joins to the old.
func ForgetIdentity(settings Settings) error {
	if settings.Paths.State == "" {
		return nil
	}
	var errs []error
	for _, name := range []string{idName, keyName} {
		if err := os.Remove(filepath.Join(settings.Paths.State, name)); !missing(err) {
			errs = append(errs, err)
		}
	}
	return wrap(errors.Join(errs...))
}

// RecordedID is the id that the anonymous events of this install carry, without
// making one: the one that the user chose or the one that is kept. Empty when
// there is none.
func RecordedID(app App, settings Settings) string {
	i := newIdentity(app, settings)
	switch {
	case i.scope == NoIdentity:
		return ""
	case i.chosen.Source != "":
		return i.chosen.Text
	case i.scope == PerMessage || i.dir == "":
		return ""
	}
	line, err := readLine(filepath.Join(i.dir, idName))
	if err != nil || !i.format.valid(line) {
		return ""
	}
	return line
}
