package spool

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// segment is a file of the queue whose lock is held. It is not safe for concurrent use.
type segment struct {
	path string
	at   time.Time // by its name
	file *os.File
	head header
	size int64 // of the file when it was locked; for the writer, where the next frame goes
}

// createSegment makes a new segment in dir, and dir itself when it is missing.
func createSegment(dir string, now time.Time) (*segment, error) {
	var err error
	for range lockAttempts {
		path := filepath.Join(dir, newName(now))
		var file *os.File
		file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|openFlags, 0o600)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if err = os.MkdirAll(dir, 0o700); err != nil {
				return nil, err
			}
			continue
		case errors.Is(err, fs.ErrExist):
			continue
		case err != nil:
			return nil, err
		}
		var s *segment
		if s, err = begin(file, path, now); err == nil {
			return s, nil
		}
	}
	return nil, err
}

// begin locks a file that was just created and writes its header. Another process may have taken the empty file for
// what a killed writer left, and removed it; then the error is fs.ErrNotExist or errHeld.
func begin(file *os.File, path string, now time.Time) (*segment, error) {
	s := &segment{path: path, at: now, file: file, head: newHeader(), size: headerSize}
	err := lockAt(file, path)
	if err == nil {
		_, err = file.WriteAt(s.head.encode(), 0)
	}
	if err == nil {
		return s, nil
	}
	_ = file.Close()
	if !errors.Is(err, errHeld) && !errors.Is(err, fs.ErrNotExist) {
		_ = os.Remove(path)
	}
	return nil, err
}

// lockSegment opens the segment and takes its lock. The error is errHeld while somebody else has it, fs.ErrNotExist when it is
// gone or has another name by now, and errForeign, with the segment, when it may only be looked at and removed. What a
// killed creator or remover left is removed here.
func lockSegment(l listed) (*segment, error) {
	file, err := openFile(l.path, os.O_RDWR)
	if err != nil {
		return nil, err
	}
	if err := lockAt(file, l.path); err != nil {
		_ = file.Close()
		return nil, err
	}
	s := &segment{path: l.path, at: l.at, file: file}
	switch err := s.load(); {
	case err == nil:
		return s, nil
	case errors.Is(err, errForeign):
		return s, err
	case errors.Is(err, errShort), errors.Is(err, errDead):
		_ = s.remove()
		fallthrough
	case errors.Is(err, fs.ErrNotExist):
		s.close()
		return nil, fs.ErrNotExist
	default:
		s.close()
		return nil, err
	}
}

// load reads size and header. Whoever held the lock before may have removed the file; that is fs.ErrNotExist.
func (s *segment) load() error {
	size, unlinked, err := fileState(s.file)
	if err != nil {
		return err
	}
	if unlinked {
		return fs.ErrNotExist
	}
	s.size = size
	s.head, err = readHeader(s.file, s.size)
	return err
}

// append writes n frames behind the last one, with one call, and returns how many of them are there. When it fails the file
// is cut back to those that it holds whole; errTorn says that this failed too, so that nothing can follow in this segment.
func (s *segment) append(frames []byte, n int) (int, error) {
	_, err := s.file.WriteAt(frames, s.size)
	if err == nil {
		s.size += int64(len(frames))
		s.head.records += int64(n)
		return n, nil
	}
	n = s.passWhole()
	if cut := s.file.Truncate(s.size); cut != nil {
		return n, errors.Join(errTorn, err, cut)
	}
	return n, err
}

// passWhole counts the frames that a failed write has left whole behind the last one.
func (s *segment) passWhole() int {
	end, _, _ := fileState(s.file)
	w := walk(s.file, s.size, end, countChunk)
	n := w.skip(func(int64, int64) bool { return false })
	s.size = w.off
	s.head.records += n
	return int(n)
}

var errTorn = errors.New("segment ends in part of a record")

// live is how many bytes and records wait in a segment that is sealed or ours.
func (s *segment) live() (size, records int64) {
	return s.size - s.head.cursor, s.head.records - s.head.gone
}

// settle makes a segment countable whose writer was killed: it walks the frames, cuts off what is not one, and seals. It counts
// one drop when damage, and not merely a killed writer, made frames unreachable.
func (s *segment) settle() error {
	if s.head.sealed(s.size) {
		return nil
	}
	w := walk(s.file, s.head.cursor, s.size, countChunk)
	n := w.skip(func(int64, int64) bool { return false })
	if w.err != nil {
		return w.err
	}
	if w.damaged {
		s.head.dropped++
	}
	if err := s.file.Truncate(w.off); err != nil {
		return err
	}
	s.size = w.off
	s.head.records = s.head.gone + n
	return errors.Join(s.mark(), s.seal())
}

// advance moves the cursor over n frames that are delivered or dropped, of which dropped were the latter.
func (s *segment) advance(cursor, n, dropped int64) error {
	s.head.cursor = cursor
	s.head.gone += n
	s.head.dropped += dropped
	return s.mark()
}

// mark writes cursor, gone and dropped.
func (s *segment) mark() error {
	return writeWords(s.file, offCursor, s.head.cursor, s.head.gone, s.head.dropped)
}

// seal writes down what the segment holds, so that nobody needs to walk it to know.
func (s *segment) seal() error {
	if s.head.sealed(s.size) {
		return nil
	}
	s.head.end = s.size
	return writeWords(s.file, offEnd, s.head.end, s.head.records)
}

// clear takes all frames out of a segment and leaves its header, which counts drops that have not been reported. The
// file is cut first: a cursor behind the end counts as one on the first frame.
func (s *segment) clear() error {
	if err := s.file.Truncate(headerSize); err != nil {
		return err
	}
	s.size = headerSize
	s.head.cursor, s.head.gone = headerSize, 0
	s.head.end, s.head.records = headerSize, 0
	return writeWords(s.file, offCursor, s.head.cursor, s.head.gone, s.head.dropped, s.head.end, s.head.records)
}

// remove deletes the file, which somebody else may have done; close must follow.
func (s *segment) remove() error {
	if err := removeHeld(s.file, s.path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// close gives up the lock. A second call does nothing.
func (s *segment) close() { _ = s.file.Close() }

// outstanding is how many drops this segment counts that have not been reported; the uploader may have reported some
// since the header was read.
func (s *segment) outstanding() int64 {
	if h, err := readHeader(s.file, s.size); err == nil {
		s.head.reported = h.reported
	}
	return s.head.outstanding()
}

// is reports whether s, which may be nil, is the listed segment.
func (s *segment) is(l listed) bool { return s != nil && s.path == l.path }

// empty reports whether nothing waits.
func (s *segment) empty() bool { return s.head.cursor >= s.size }

// redate renames a segment to now.
func (s *segment) redate(now time.Time) error {
	path := filepath.Join(filepath.Dir(s.path), newName(now))
	if err := os.Rename(s.path, path); err != nil {
		return err
	}
	s.path, s.at = path, now
	return nil
}
