package routetest

import (
	"testing"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// Config says what is tested. Route and Configure are needed.
type Config struct {
	// Route is the route under test.
	Route otelbridge.Route

	// Configure turns the route on in settings that turn nothing on.
	Configure func(*otelbridge.Settings)

	// Anonymous says that everybody may see what the route sends: then no
	// canary may be in it, wherever it was planted. Otherwise the names of
	// spans and events and the texts of exceptions may.
	Anonymous bool

	// Span names a span that the route makes something of. Default "load".
	Span string

	// Secrets are credentials that Configure put into the settings: they must
	// not be spooled.
	Secrets []string
}

// rule is one case.
type rule struct {
	name        string
	explanation string
	check       func(*testing.T, *bench)
}

// Run checks each rule in a subtest of its own.
func Run(t *testing.T, c Config) {
	t.Helper()
	if c.Span == "" {
		c.Span = "load"
	}
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			b := newBench(t, c, anon.Pipeline())
			r.check(t, b)
			if t.Failed() {
				t.Logf("the rule: %s", r.explanation)
			}
		})
	}
}

var rules = []rule{
	{"off", "a route that nothing configures is the zero Outlet and no error", off},
	{"name", "an outlet has a name, and the endpoint it sends to is a URL", named},
	{"spools", "what was recorded is in the spool when Shutdown returns", spools},
	{"flushes", "what was recorded is in the spool when ForceFlush returns", flushes},
	{"canaries", "nothing that was not declared is spooled", canaries},
	{"credentials", "credentials are added when a request is sent, never spooled", credentials},
	{"late", "a span that ends after Shutdown is ignored", late},
	{"twice", "Shutdown may be called again", twice},
	{"ended context", "Shutdown with a context that has ended returns", endedContext},
	{"at once", "spans may end in many goroutines at the same time", atOnce},
	{"odd spans", "no span, however odd, makes a route panic", oddSpans},
	{"failing spool", "a spool that fails is no reason to panic or to block", failingSpool},
	{"goroutines", "no goroutine is left after Shutdown", goroutines},
	{"sign", "Sign adds credentials and does not change where a request goes", sign},
}
