package otelbridge

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseHeaders(t *testing.T) {
	good := map[string]map[string]string{
		"a=b":                       {"a": "b"},
		"a=b,c=d":                   {"a": "b", "c": "d"},
		" a = b , ":                 {"a": "b"},
		"Authorization=Bearer%20x=": {"authorization": "Bearer x="},
		"A=1,b=2,a=3":               {"a": "3", "b": "2"},
		"a=":                        {"a": ""},
		"a=1%2C2":                   {"a": "1,2"},
		"a=1+2":                     {"a": "1+2"},
	}
	for text, want := range good {
		got, err := parseHeaders(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v %s", text, err, diff)
		}
	}
	for _, text := range []string{"", " ", ",", "s3cret", "a=b,s3cret", "=s3cret", "a b=s3cret", "a:=s3cret", "a=s3cret%zz", "ä=s3cret"} {
		got, err := parseHeaders(text)
		if err == nil || got != nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

// TestHeadersThatCannotBeSent: the route is off wherever such a value stands,
// and nothing that anybody may see shows it.
func TestHeadersThatCannotBeSent(t *testing.T) {
	const endpoint = "https://ours.example.com"
	places := map[string]func(w *world, value string){
		"the environment": func(w *world, value string) {
			w.env["CHESS_OTLP_ENDPOINT"], w.env["CHESS_OTLP_HEADERS"] = endpoint, "x-key="+value
		},
		"the environment, encoded": func(w *world, value string) {
			w.env["CHESS_OTLP_ENDPOINT"], w.env["CHESS_OTLP_HEADERS"] = endpoint, "x-key="+url.PathEscape(value)
		},
		"OpenTelemetry's variable": func(w *world, value string) {
			w.env["OTEL_EXPORTER_OTLP_ENDPOINT"], w.env["OTEL_EXPORTER_OTLP_HEADERS"] = endpoint, "x-key="+url.PathEscape(value)
		},
		"a file": func(w *world, value string) {
			w.runtimeLine(userPath, fmt.Sprintf("otlp_endpoint = %q\notlp_headers = \"x-key=%s\"", endpoint, url.PathEscape(value)))
		},
		"a table": func(w *world, value string) {
			w.runtimeLine(userPath, fmt.Sprintf("otlp_endpoint = %q\notlp_headers = { x-key = %s }", endpoint, tomlString(value)))
		},
	}
	values := []string{"s3cret\nx: y", "s3cret\r\nx: y", "s3\rcret", "s3cret\x00y", "s3cret\x7fy", "s3crét", "“s3cret”", "s3cret\u00a0y"}
	for place, set := range places {
		for _, value := range values {
			w := newWorld()
			set(&w, value)
			s, err := w.resolve()
			if s.OTLP.Mode != Off || s.OTLPHeaders != nil || s.OTLP.Reason != "has a header whose value is not printable ASCII" {
				t.Errorf("%s, %q: %+v with headers %q", place, value, s.OTLP, s.OTLPHeaders)
			}
			checkError(t, err, "is not printable ASCII")
			if shown := fmt.Sprintf("%+v %v", s, err); strings.Contains(shown, "s3") {
				t.Errorf("%s, %q is shown: %s", place, value, shown)
			}
		}
	}
}

// tomlString writes a string as TOML does, whatever is in it.
func tomlString(s string) string {
	var b strings.Builder
	for _, c := range s {
		fmt.Fprintf(&b, `\u%04x`, c)
	}
	return `"` + b.String() + `"`
}
