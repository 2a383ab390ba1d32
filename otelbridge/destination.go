package otelbridge

import (
	"fmt"
	"strings"
)

// turnedOff is why a route is off that somebody turned off by its endpoint.
const turnedOff = "turned off"

// destination decides whether an endpoint turns its route on.
func (r *resolver) destination(key string, s setting, check func(string) error) Decision {
	d := Decision{Input: s.Source}
	switch {
	case !s.given():
		d.Input, d.Reason = "default", key+" is not set"
	case s.offWord():
		d.Reason = turnedOff
	case s.wrong != nil:
		if s.origin.kind == fromOTel {
			r.note(fmt.Errorf("%s: %w", s.Source, s.wrong))
		}
		d.Reason = s.wrong.Error()
	default:
		if err := check(s.Text); err != nil {
			r.note(fmt.Errorf("%s %w", s.Source, err))
			d.Reason = key + " " + err.Error()
			return d
		}
		d.Mode = On
	}
	return d
}

// heedMisspelt turns a route off whose settings, which begin with prefix, a file
// misspells: one of them may say off.
func (r *resolver) heedMisspelt(d Decision, question, prefix string) Decision {
	for _, f := range r.files() {
		for _, m := range f.misspelt {
			if !strings.HasPrefix(m.key, prefix) {
				continue
			}
			decides := d.Mode != Off
			if decides {
				d = Decision{Input: m.source, Reason: m.advice}
			}
			r.Findings = append(r.Findings, Finding{Question: question, Input: m.source, Effect: "off: " + m.advice, Decides: decides})
		}
	}
	return d
}

func endpointFault(raw string) error {
	_, err := ParseEndpoint(raw)
	return err
}

// credentials picks among candidates the one that may go to an endpoint: that
// of the environment with any endpoint but a project's, that of a file with an
// endpoint of the same file.
func (r *resolver) credentials(key string, endpoint setting) setting {
	found := r.candidates(key, r.files()...)
	for _, s := range found {
		env := s.origin.kind == fromEnv
		if env && endpoint.origin.kind != fromProject || s.origin == endpoint.origin {
			r.show(key, s, found...)
			return s
		}
		if env {
			r.note(fmt.Errorf("%s is not sent to the endpoint that %s names: a project could have it sent anywhere", s.Source, endpoint.Source))
		}
	}
	r.show(key, setting{}, found...)
	return setting{}
}

// resolveTelemetryEndpoint finds where anonymous events go, and turns them off
// without a valid place. It reports whether there is one. A project can only say
// off, and then is heard first.
func (r *resolver) resolveTelemetryEndpoint() bool {
	found := append(inFiles(keyTelemetryEndpoint, r.projects...), r.candidates(keyTelemetryEndpoint, r.user, r.machine)...)
	if r.app.Endpoint != "" {
		found = append(found, newSetting(r.app.Endpoint, "App.Endpoint", origin{kind: fromApp}))
	}
	endpoint := preferred(found, endpointFault)
	r.show(keyTelemetryEndpoint, endpoint, found...)
	d := r.destination(keyTelemetryEndpoint, endpoint, endpointFault)
	if d.Mode == Off {
		if r.Telemetry.Mode == On {
			r.Telemetry = d
		}
		return false
	}
	r.TelemetryEndpoint = endpoint.Value
	r.WriteKey = r.writeKey(endpoint)
	return true
}

// writeKey is the key that belongs to the endpoint.
func (r *resolver) writeKey(endpoint setting) Value {
	if s := r.credentials(keyWriteKey, endpoint); s.given() {
		return s.Value
	}
	if r.app.WriteKey != "" && endpoint.origin.kind == fromApp {
		return Value{r.app.WriteKey, "App.WriteKey"}
	}
	return Value{}
}

// resolveSentry decides about the Sentry route.
func (r *resolver) resolveSentry() {
	found := r.candidates(keySentryDSN, r.files()...)
	dsn := preferred(found, checkDSN)
	r.show(keySentryDSN, dsn, found...)
	r.Sentry = r.heedMisspelt(r.destination(keySentryDSN, dsn, checkDSN), keySentryDSN, "sentry_")
	if r.Sentry.Mode == On {
		r.SentryDSN = dsn.Value
	}
	r.SentryAttributes = r.disclosure(keySentryAttributes)
	r.SentryOTLP = r.sentryProtocol()
}
