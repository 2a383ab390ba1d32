package main

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// say explains what happened to the run's telemetry. When tracing is off there is nothing to say.
func say(w io.Writer, t *tracing) {
	s := t.bridge.Settings()
	if s.Trace.Mode == otelbridge.Off {
		return
	}
	routes := routesOf(s)
	fmt.Fprintf(w, "\n%s\n", headline(routes))
	if t.bad != nil {
		fmt.Fprintf(w, "  %s\n", strings.ReplaceAll(t.bad.Error(), "\n", "\n  "))
	}
	if t.events.Len() > 0 {
		fmt.Fprintf(w, "\n%s\n%s", eventsTitle(routes[0]), indented(t.events.Bytes()))
	}
	fmt.Fprint(w, "\nWhat turns a route on:\n")
	for _, route := range routes {
		fmt.Fprintf(w, "  %-17s %s\n", route.title, strings.Join(append(route.variables, route.now()), "\n"+strings.Repeat(" ", 20)))
	}
	fmt.Fprint(w, "See all three at work, on loopback: go run ./examples/pipeline -demo\n")
}

// route is one of the three ways out, as a person knows it.
type route struct {
	title     string
	decision  otelbridge.Decision
	endpoint  string
	variables []string
}

func routesOf(s otelbridge.Settings) []route {
	return []route{
		{"anonymous events", s.Telemetry, s.TelemetryEndpoint.Text, []string{
			"GITHISTORY_TELEMETRY=on", "GITHISTORY_TELEMETRY_ENDPOINT=https://telemetry.example/v1/track"}},
		{"your Collector", s.OTLP, s.OTLPEndpoint.Text, []string{"GITHISTORY_OTLP_ENDPOINT=http://localhost:4318"}},
		{"your Sentry", s.Sentry, s.SentryDSN.Text, []string{"GITHISTORY_SENTRY_DSN=https://key@sentry.example/1"}},
	}
}

func (r route) on() bool { return r.decision.Mode == otelbridge.On }

// now is how things stand, and what made them so.
func (r route) now() string {
	why := r.decision.Input
	switch {
	case why == "default":
		why = r.decision.Reason
	case r.decision.Reason != "":
		why += ", " + r.decision.Reason
	}
	return fmt.Sprintf("now %s: %s", r.decision.Mode, why)
}

// host leaves paths, keys and queries out.
func host(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return ""
	}
	return u.Host
}

func headline(routes []route) string {
	var to []string
	for _, r := range routes {
		if r.on() {
			to = append(to, r.title+" to "+host(r.endpoint))
		}
	}
	if len(to) == 0 {
		return "Tracing is local only: nothing of this run was sent or kept to be sent."
	}
	return "Sent: " + strings.Join(to, ", ") + ". What could not be delivered yet waits on disk for the next run."
}

func eventsTitle(anonymous route) string {
	if anonymous.on() {
		return "These are the anonymous events, exactly as they are sent:"
	}
	return "These are the anonymous events, exactly as they would be sent:"
}

func indented(lines []byte) []byte {
	return append([]byte("  "), append(bytes.ReplaceAll(bytes.TrimSuffix(lines, []byte("\n")), []byte("\n"), []byte("\n  ")), '\n')...)
}
