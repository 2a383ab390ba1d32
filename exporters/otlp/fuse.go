package otlp

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/otelbridge/otelbridge-go/anon"
)

// fuse ends the route at its first panic, on whatever goroutine that is, and
// keeps what the host is to be told until no lock is held: the host may end the
// bridge from there. The zero fuse with a report is whole.
type fuse struct {
	report func(error)
	gone   atomic.Bool

	mu     sync.Mutex
	untold []error
}

// blown reports whether the route has ended.
func (f *fuse) blown() bool { return f.gone.Load() }

// catch must be deferred itself: recover does nothing one call further down.
func (f *fuse) catch() {
	if v := recover(); v != nil && !f.gone.Swap(true) {
		f.note(fmt.Errorf("otlp: the route panicked and has ended: %s", anon.Mask(fmt.Sprint(v))))
	}
}

// note keeps an error until tell is called.
func (f *fuse) note(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.untold = append(f.untold, err)
}

// tell reports what was noted.
func (f *fuse) tell() {
	f.mu.Lock()
	errs := f.untold
	f.untold = nil
	f.mu.Unlock()
	for _, err := range errs {
		f.report(err)
	}
}
