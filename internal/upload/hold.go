package upload

import (
	"sync"

	"github.com/otelbridge/otelbridge-go/internal/spool"
)

// hold is the lock that keeps other processes away. Whatever is under way in
// this one shares it: it is taken with the first and given up with the last.
type hold struct {
	path string // empty: the queues are in memory, nobody has to be kept away

	mu    sync.Mutex
	users int
	lock  *spool.Lock
}

// take fails with ErrBusy alone. Where the folder is missing or has no locks the
// queues are in memory and this process's own; it is tried again each time, as
// the folder may be made meanwhile.
func (h *hold) take() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.lock == nil {
		lock, err := tryLock(h.path)
		if err != nil {
			return err
		}
		h.lock = lock
	}
	h.users++
	return nil
}

func (h *hold) give() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.users--; h.users == 0 {
		_ = h.lock.Unlock()
		h.lock = nil
	}
}

// free reports whether nobody is at work, in this process or another.
func (h *hold) free() bool {
	lock, err := tryLock(h.path)
	_ = lock.Unlock()
	return err == nil
}

// tryLock returns no lock, and no error, where there is nothing to lock.
func tryLock(path string) (*spool.Lock, error) {
	if path == "" {
		return nil, nil
	}
	lock, ok, err := spool.TryLock(path)
	if err == nil && !ok {
		return nil, ErrBusy
	}
	return lock, nil
}
