package upload

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/spool"
)

const (
	maxState = 64 << 10
	// calm is how old the saved time of a last success may get while nothing
	// else changes, so that a busy program does not write a file every second.
	calm = time.Minute
)

// store keeps the state in a file and, for where that cannot be read or
// written, what this process has seen itself. An empty dir means no file.
type store struct {
	dir string

	mu    sync.Mutex
	own   map[string]history
	saved time.Time
	late  bool // own holds a result the file does not

	saving chan struct{} // holds one token while somebody saves
}

func newStore(dir string) *store {
	return &store{dir: dir, own: map[string]history{}, saving: make(chan struct{}, 1)}
}

func (s *store) file() string     { return filepath.Join(s.dir, "state.json") }
func (s *store) lockFile() string { return filepath.Join(s.dir, "state.lock") }

// pause notes that nothing may be launched before a time, where a short program
// sees it without reading the state, which takes it longer than all its events:
// as the time of the file that is locked.
func (s *store) pause(until time.Time) { _ = os.Chtimes(s.lockFile(), time.Time{}, until) }

// paused reports whether a launch is certain to be refused. A time further ahead
// than any pause is a clock that moved.
func (s *store) paused(now time.Time) bool {
	if s.dir == "" {
		return false
	}
	info, err := os.Lstat(s.lockFile())
	return err == nil && info.ModTime().After(now) && !info.ModTime().After(now.Add(launchPause))
}

// read never fails and creates nothing.
func (s *store) read(now time.Time) state {
	st := s.fromDisk()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.merge(st, now)
	return st
}

func (s *store) merge(st state, now time.Time) {
	for place, own := range s.own {
		st.Targets[place] = newer(own, st.Targets[place], now)
	}
}

func (s *store) fromDisk() state {
	if s.dir == "" {
		return state{}.ready()
	}
	f, err := os.Open(s.file())
	if err != nil {
		return state{}.ready()
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxState))
	if err != nil {
		return state{}.ready()
	}
	return parseState(data)
}

// record remembers an endpoint's history, and saves it unless it is one success
// more after a recent one.
func (s *store) record(ctx context.Context, place string, h history) {
	if s.remember(place, h) {
		s.save(ctx)
	}
}

func (s *store) remember(place string, h history) (worthSaving bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, known := s.own[place]
	s.own[place] = h
	s.late = true
	routine := known && before.Failures == 0 && h.Failures == 0 && h.Until.IsZero() && before.Until.IsZero() && before.Coding == h.Coding
	return !routine || h.Time.Sub(s.saved) >= calm
}

// save writes what record kept back. Who has to wait for another save of this
// process mostly finds his own result saved with it.
func (s *store) save(ctx context.Context) {
	s.saving <- struct{}{}
	defer func() { <-s.saving }()
	if s.isLate() {
		s.saveNow(ctx)
	}
}

func (s *store) saveNow(ctx context.Context) {
	now := time.Now()
	err := s.edit(ctx, func(st state) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.merge(st, now)
		st.forgetOldHistories()
		s.late = false
		return nil
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.saved, s.late = now, s.late || err != nil
}

func (s *store) isLate() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.late && s.dir != ""
}

// edit reads, changes and writes the file as one step among all processes. An
// error means that nothing was written.
func (s *store) edit(ctx context.Context, change func(state) error) error {
	if s.dir == "" {
		return errNoDir
	}
	unlock, err := lockSoon(ctx, s.lockFile())
	if err != nil {
		return err
	}
	defer unlock()
	st := s.fromDisk()
	if err := change(st); err != nil {
		return err
	}
	return s.write(st)
}

// write replaces the file by rename. The temporary name is always the same, so
// a process that dies here leaves one file and not one more each time.
func (s *store) write(st state) error {
	data, err := json.Marshal(st)
	if err != nil {
		return err
	}
	temporary := s.file() + ".new"
	if err := os.WriteFile(temporary, data, 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, s.file())
}

// lockSoon waits a little for a lock that is only ever held briefly.
func lockSoon(ctx context.Context, path string) (unlock func(), err error) {
	for range 20 {
		lock, ok, err := spool.TryLock(path)
		if err != nil {
			return nil, err
		}
		if ok {
			return func() { _ = lock.Unlock() }, nil
		}
		if err := sleep(ctx, 5*time.Millisecond); err != nil {
			return nil, err
		}
	}
	return nil, ErrBusy
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
