package sentry

import (
	"fmt"

	"github.com/otelbridge/otelbridge-go/anon"
)

// guard calls what the bridge does not guard. A panic ends the route: it is
// reported, secrets masked, and nothing more is sent.
func (p *processor) guard(do func()) {
	defer func() {
		if r := recover(); r != nil {
			p.closed.Store(true)
			p.issues.fail(fmt.Errorf("the route panicked and was ended: %s", anon.Mask(fmt.Sprint(r))))
		}
	}()
	if !p.closed.Load() {
		do()
	}
}
