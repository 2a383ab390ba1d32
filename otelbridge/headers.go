package otelbridge

import (
	"errors"
	"net/url"
	"strings"
)

// parseHeaders reads headers as OTEL_EXPORTER_OTLP_HEADERS has them: name=value
// pairs with commas between, values percent-encoded. Names come back in lower
// case; of two with one name the last one counts. Empty pairs are skipped. A
// malformed one spoils all, since a request without its credentials is of no
// use. What it returns can be sent: nobody checks it again. The errors never
// repeat the input.
func parseHeaders(text string) (map[string]string, error) {
	headers := map[string]string{}
	for pair := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		name, value, err := parseHeader(pair)
		if err != nil {
			return nil, err
		}
		headers[strings.ToLower(name)] = value
	}
	if len(headers) == 0 {
		return nil, errors.New("has no header")
	}
	return headers, nil
}

func parseHeader(pair string) (name, value string, err error) {
	name, value, found := strings.Cut(pair, "=")
	if !found {
		return "", "", errors.New("has a header without '='")
	}
	name = strings.TrimSpace(name)
	if !isToken(name) {
		return "", "", errors.New("has a header whose name is not a token")
	}
	if value, err = url.PathUnescape(strings.TrimSpace(value)); err != nil {
		return "", "", errors.New("has a header whose value is not percent-encoded")
	}
	value = strings.TrimSpace(value)
	if strings.ContainsFunc(value, notPrintable) {
		return "", "", errors.New("has a header whose value is not printable ASCII")
	}
	return name, value, nil
}

// isToken follows RFC 9110, 5.6.2.
func isToken(name string) bool {
	notToken := func(c rune) bool {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		return !letter && !strings.ContainsRune("!#$%&'*+-.^_`|~", c)
	}
	return name != "" && !strings.ContainsFunc(name, notToken)
}

// notPrintable is true outside of what RFC 9110, 5.5, has for values, in ASCII.
// Anything else is a credential that was copied with something beside it.
func notPrintable(c rune) bool { return (c < ' ' || c > '~') && c != '\t' }
