package sentry

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	sentrygo "github.com/getsentry/sentry-go"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// project is where a DSN points and what proves that one may write there.
type project struct {
	// envelope and otlp are the two ways in.
	envelope, otlp *url.URL
	// auth is the value of the header X-Sentry-Auth. It holds the key of the
	// DSN and is added when a request is sent: it never rests on disk.
	auth string
}

// parseDSN reads a DSN: scheme://key@host[:port][/prefix]/project. Its errors
// quote nothing of the text, which holds a key.
func parseDSN(text string) (project, error) {
	if _, err := url.Parse(text); err != nil {
		return project{}, errors.New("sentry: the DSN is not a URL")
	}
	dsn, err := sentrygo.NewDsn(text)
	if err != nil {
		return project{}, fmt.Errorf("sentry: the DSN has %s", strings.TrimPrefix(err.Error(), "[Sentry] DsnParseError: "))
	}
	p := projectOf(dsn)
	if _, err := otelbridge.ParseEndpoint(p.envelope.String()); err != nil {
		return project{}, fmt.Errorf("sentry: the DSN %w", err)
	}
	return p, nil
}

func projectOf(dsn *sentrygo.Dsn) project {
	envelope := dsn.GetAPIURL()
	otlp := *envelope
	otlp.Path = strings.TrimSuffix(envelope.Path, "envelope/") + "integration/otlp/v1/traces/"
	auth := fmt.Sprintf("Sentry sentry_version=7, sentry_client=%s/%s, sentry_key=%s", sdkName, sdkVersion, dsn.GetPublicKey())
	if secret := dsn.GetSecretKey(); secret != "" {
		auth += ", sentry_secret=" + secret
	}
	return project{envelope: envelope, otlp: &otlp, auth: auth}
}
