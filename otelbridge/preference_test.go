package otelbridge

import (
	"fmt"
	"strings"
	"testing"

	"github.com/otelbridge/otelbridge-go/anon"
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

func TestDisclosure(t *testing.T) {
	line := func(path, word string) func(w *world) {
		return func(w *world) { w.runtimeLine(path, fmt.Sprintf("otlp_attributes = %q", word)) }
	}
	tests := []struct {
		name string
		sets []func(w *world)
		want anon.Disclosure
		err  bool
	}{
		{"default", nil, anon.DiscloseDeclared, false},
		{"user all", []func(w *world){line(userPath, "all")}, anon.DiscloseAll, false},
		{"project all", []func(w *world){line(projectPath, "all")}, anon.DiscloseDeclared, true},
		{"project all, user all", []func(w *world){line(projectPath, "all"), line(userPath, "all")}, anon.DiscloseDeclared, true},
		{"project all, environment all", []func(w *world){line(projectPath, "all"), func(w *world) { w.env["CHESS_OTLP_ATTRIBUTES"] = "all" }}, anon.DiscloseAll, false},
		{"project anonymous, user all", []func(w *world){line(projectPath, "anonymous"), line(userPath, "all")}, anon.DiscloseAnonymous, false},
		{"project all, user anonymous", []func(w *world){line(projectPath, "all"), line(userPath, "anonymous")}, anon.DiscloseAnonymous, true},
		{"user all, machine declared", []func(w *world){line(userPath, "all"), line(machinePath, "declared")}, anon.DiscloseDeclared, false},
		{"environment over files", []func(w *world){line(userPath, "anonymous"), func(w *world) { w.env["CHESS_OTLP_ATTRIBUTES"] = "ALL" }}, anon.DiscloseAll, false},
		{"unknown in a file", []func(w *world){line(userPath, "some")}, anon.DiscloseAnonymous, true},
		{"unknown in the environment", []func(w *world){line(userPath, "all"), func(w *world) { w.env["RUNTIME__OTLP_ATTRIBUTES"] = "any" }}, anon.DiscloseAnonymous, true},
		{"of the wrong type", []func(w *world){func(w *world) { w.runtimeLine(userPath, "otlp_attributes = true") }}, anon.DiscloseAnonymous, true},
	}
	for _, test := range tests {
		w := newWorld()
		for _, set := range test.sets {
			set(&w)
		}
		s, err := w.resolve()
		if s.OTLPAttributes != test.want || (err != nil) != test.err {
			t.Errorf("%s: %s, %v; want %s", test.name, s.OTLPAttributes, err, test.want)
		}
	}
}
