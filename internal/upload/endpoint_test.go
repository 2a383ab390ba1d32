package upload

import (
	"net/url"
	"strings"
	"testing"
)

func TestParseEndpoint(t *testing.T) {
	good := []string{
		"https://example.com", "https://example.com:8443/base/", "HTTPS://example.com", " https://example.com ",
		"http://localhost:4318", "http://LOCALHOST", "http://127.0.0.1:4318/x", "http://127.0.0.2", "http://127.255.0.9", "http://[::1]:4318",
		"http://LocalHost.:4318", "http://collector.localhost", "http://[::ffff:127.0.0.1]:4318", "https://[2001:db8::1]/x", "https://10.0.0.1",
		"https://xn--bcher-kva.example", "https://example.com/?key=1", "https://example.com#",
	}
	for _, raw := range good {
		if u, err := ParseEndpoint(raw); err != nil || u.Host == "" {
			t.Errorf("%q is refused: %v", raw, err)
		}
	}
	bad := map[string]string{
		"":                             "must start with",
		"example.com":                  "must start with",
		"localhost:4318":               "must start with",
		"//example.com":                "must start with",
		"ftp://example.com":            "must start with",
		"javascript:alert(1)":          "must start with",
		"https:example.com":            "must start with",
		"https:///path":                "no host",
		"https://":                     "no host",
		"https://:443":                 "no host",
		"http://example.com":           "must be https",
		"http://localhost.example.com": "must be https",
		"http://128.0.0.1":             "must be https",
		"http://0.0.0.0":               "must be https",
		"http://[::1%25lo]":            "must be https",
		"http://127.1":                 "must be https",
		"http://2130706433":            "must be https",
		"http://127.0.0.1.example.com": "must be https",
		"http://[::2]":                 "must be https",
		"unix:///run/otel.sock":        "must start with",
		"127.0.0.1:4318":               "not a URL",
		"https://example.com/#s3cret":  "fragment",
		"https://user@example.com":     "user or a password",
		"https://u:s3cret@example.com": "user or a password",
		"https://@example.com":         "user or a password",
		"https://u:s3cret/x":           "not a URL",
		"https://example.com:":         "port",
		"https://example.com:0":        "port",
		"https://example.com:65536":    "port",
		"https://exa mple.com":         "not a URL",
		"https://bücher.example":       "in ASCII",
		"https://b%C3%BCcher.example":  "in ASCII",
		"https://example.com/%zz":      "not a URL",
		"https://[::%25\x87]":          "not a URL",
		"https://exam\nple.com":        "not a URL",
	}
	for raw, want := range bad {
		u, err := ParseEndpoint(raw)
		if err == nil || u != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want an error with %q", raw, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: the error shows a secret", raw)
		}
	}
}

// What is accepted can be written down and read again, and is what it was: the
// URL goes through text on its way to an exporter and into the state file.
func FuzzParseEndpoint(f *testing.F) {
	for _, text := range []string{"https://example.com:8443/a%2Fb?c=d", "http://[::1]:4318", "http://a.localhost.", "https://[fe80::1%25en0]/", "https://u:p@h#f", "https://[::%25\x87]"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := ParseEndpoint(text)
		if err != nil {
			return
		}
		again, err := ParseEndpoint(u.String())
		if err != nil || again.String() != u.String() || again.Host != u.Host {
			t.Errorf("%q is %s, and again %v, %v", text, u, again, err)
		}
		if _, err := url.Parse(u.JoinPath("v1/traces").String()); err != nil {
			t.Errorf("%q with a path: %v", text, err)
		}
	})
}
