package upload

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// ParseEndpoint parses a URL that something is sent to: https, or http to this
// machine, which is localhost, *.localhost, 127.0.0.0/8 and ::1. It has a host in
// ASCII, a valid port if any, and neither user information nor a fragment. Spaces around
// it do not count. The errors continue a sentence that begins with the name of
// the setting, and repeat nothing of the text, which may hold a secret.
func ParseEndpoint(text string) (*url.URL, error) {
	u, err := parseTwice(strings.TrimSpace(text))
	if err != nil {
		return nil, errors.New("is not a URL")
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http" || u.Opaque != "":
		return nil, errors.New("must start with https://, or with http:// for this machine")
	case u.User != nil:
		return nil, errors.New("must not carry a user or a password")
	case u.Hostname() == "":
		return nil, errors.New("has no host")
	case !isASCII(u.Hostname()):
		return nil, errors.New("must have its host in ASCII, as xn--")
	case !validPort(u):
		return nil, errors.New("has a port that is not a number from 1 to 65535")
	case u.Fragment != "":
		return nil, errors.New("must not have a fragment")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return nil, errors.New("must be https, since it leaves this machine")
	}
	return u, nil
}

// parseTwice refuses what cannot be written down and read again, as a zone that
// is not UTF-8: others get the URL as text, and would print it with their error.
func parseTwice(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, err
	}
	return url.Parse(u.String())
}

func validPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	n, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil && n > 0
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(c rune) bool { return c > unicode.MaxASCII })
}

func isLoopback(host string) bool {
	if isLocalName(host) {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Zone() == "" && ip.Unmap().IsLoopback()
}

// isLocalName knows the names that mean this machine. What they resolve to is
// checked again where they are dialed.
func isLocalName(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// withoutQuery is the endpoint as it may be shown.
func withoutQuery(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
}

func isLoopbackAddress(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && isLoopback(host) && !isLocalName(host)
}
