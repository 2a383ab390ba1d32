package otelbridge

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// maxSentLine bounds a line of the record; a longer one is passed over.
const maxSentLine = sentLimit * 2

// Sent returns what was sent in the last seven days, by all runs, the oldest
// first; the last n of it if n is above zero. Lines that are damaged are left
// out. A record that was never made is empty.
func (c *Control) Sent(n int) ([]Sent, error) {
	s, _ := c.resolve()
	if s.Paths.State == "" {
		return nil, nil
	}
	var all []Sent
	var errs []error
	since := time.Now().Add(-sentAge)
	for _, name := range []string{sentOldFile, sentFile} {
		found, err := readSent(filepath.Join(s.Paths.State, name), since)
		all, errs = append(all, found...), append(errs, err)
	}
	if n > 0 && len(all) > n {
		all = all[len(all)-n:]
	}
	return all, wrap(errors.Join(errs...))
}

// readSent reads one file of the record. One that is not there is empty.
func readSent(path string, since time.Time) ([]Sent, error) {
	info, err := os.Stat(path)
	if missing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s %w", path, errNotRegular(info.Mode()))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return parseSent(f, since)
}

func parseSent(r io.Reader, since time.Time) ([]Sent, error) {
	var all []Sent
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxSentLine)
	for lines.Scan() {
		var s Sent
		if json.Unmarshal(lines.Bytes(), &s) == nil && s.Time.After(since) {
			all = append(all, s)
		}
	}
	if err := lines.Err(); !errors.Is(err, bufio.ErrTooLong) {
		return all, err
	}
	return all, nil
}
