package otlp

import (
	"fmt"
	"sync/atomic"

	"github.com/otelbridge/otelbridge-go/anon"
)

// fuse ends the route at its first panic, on whatever goroutine that is. The
// zero fuse with a report is whole.
type fuse struct {
	report func(error)
	gone   atomic.Bool
}

// blown reports whether the route has ended.
func (f *fuse) blown() bool { return f.gone.Load() }

// catch must be deferred itself: recover does nothing one call further down.
func (f *fuse) catch() {
	if v := recover(); v != nil && !f.gone.Swap(true) {
		f.report(fmt.Errorf("otlp: the route panicked and has ended: %s", anon.Mask(fmt.Sprint(v))))
	}
}
