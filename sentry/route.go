package sentry

import (
	"fmt"
	"net/http"
	"time"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/internal/gzip"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// The names of the route's two queues, the first of which is the route's own. A
// project whose quota of transactions is used up still takes issues.
const (
	routeName  = "sentry"
	tracesName = "sentry-traces"
)

// The name and version under which envelopes are sent.
const (
	sdkName    = "otelbridge"
	sdkVersion = "0.1.0"
)

// Route sends what the host does to the Sentry project that
// [otelbridge.Settings.SentryDSN] names: each run as a transaction, each
// recorded exception as an issue. Without a DSN it returns the zero Outlet,
// with one that cannot be used an error that says why and quotes no key.
func Route(setup otelbridge.Setup) (otelbridge.Outlet, error) {
	if setup.Settings.SentryDSN.Text == "" {
		return otelbridge.Outlet{}, nil
	}
	project, err := parseDSN(setup.Settings.SentryDSN.Text)
	if err != nil {
		return otelbridge.Outlet{}, fmt.Errorf("%w (from %s)", err, setup.Settings.SentryDSN.Source)
	}
	p := newProcessor(setup)
	return otelbridge.Outlet{
		Name:      routeName,
		Processor: p,
		Prompt:    true,
		Endpoint:  project.envelope.String(),
		Sign:      project.sign,
		Gzip:      gzip.New,
		Stack:     otelbridge.StackOf,
		Answer:    limitedBy("error", "default"),
		Also: []otelbridge.Outlet{{
			Name:     tracesName,
			Endpoint: project.envelope.String(),
			Sign:     project.sign,
			Gzip:     gzip.New,
			Answer:   limitedBy("transaction", "span"),
		}},
	}, nil
}

func newProcessor(setup otelbridge.Setup) *processor {
	return &processor{
		scrubber: anon.Scrubber{
			Policy: setup.Policy, Disclosure: setup.Settings.SentryAttributes,
			Hasher: setup.Hasher, Resource: setup.Resource, Chains: true,
		},
		hasher:  setup.Hasher,
		app:     setup.App.Name,
		level:   setup.Settings.LogLevel,
		otlp:    setup.Settings.SentryOTLP,
		facts:   newFacts(setup),
		program: readProgram(),
		issues:  newPost(setup, routeName),
		runs:    newPost(setup, tracesName),
		now:     time.Now,
		newID:   randomID,
	}
}

// sign adds the key. Traces in OpenTelemetry's own form have a path of their
// own below the same host, and a content type that tells them.
func (p project) sign(r *http.Request) error {
	r.Header.Set("X-Sentry-Auth", p.auth)
	if r.Header.Get("Content-Type") == otlpType {
		r.URL.Path, r.URL.RawPath = p.otlp.Path, ""
	}
	return nil
}
