package otelbridge

import (
	"errors"
	"net/url"
	"strings"

	"github.com/otelbridge/otelbridge-go/internal/upload"
)

// ParseEndpoint parses a URL that a route may send to, by the one rule that all
// have: https, or http to this machine, which is localhost, *.localhost,
// 127.0.0.0/8 and ::1; with a host in ASCII, a valid port if any, and neither user
// information nor a fragment. Spaces around it do not count. The errors continue
// a sentence that begins with the name of the setting ("has no host"), and repeat
// nothing of the text, which may hold a secret. What it refuses is never sent to.
func ParseEndpoint(text string) (*url.URL, error) { return upload.ParseEndpoint(text) }

// checkDSN parses a Sentry DSN, {scheme}://{key}@{host}/{project}, whose
// endpoint follows the rule of ParseEndpoint. Its errors never repeat the
// input, which is a key.
func checkDSN(raw string) error {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return errors.New("is not a URL")
	}
	key := u.User.Username()
	u.User = nil
	if u, err = ParseEndpoint(u.String()); err != nil {
		return err
	}
	if key == "" {
		return errors.New("has no key before the host")
	}
	if u.Path[strings.LastIndexByte(u.Path, '/')+1:] == "" {
		return errors.New("has no project at the end")
	}
	return nil
}
