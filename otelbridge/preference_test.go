package otelbridge

import (
	"strings"
	"testing"
)

func TestSentryProtocol(t *testing.T) {
	for value, want := range map[string]bool{"": false, "envelope": false, "otlp": true, "OTLP": true, "grpc": false} {
		w := newWorld()
		w.env["CHESS_SENTRY_PROTOCOL"] = value
		s, err := Resolve(w.app, w.inputs())
		if s.SentryOTLP != want {
			t.Errorf("%q: OTLP is %v", value, s.SentryOTLP)
		}
		if named := err != nil && strings.Contains(err.Error(), "CHESS_SENTRY_PROTOCOL"); named != (value == "grpc") {
			t.Errorf("%q: error %v", value, err)
		}
	}
}
