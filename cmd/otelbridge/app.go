package main

import (
	"runtime/debug"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/exporters/otlp"
	"github.com/otelbridge/otelbridge-go/exporters/track"
	"github.com/otelbridge/otelbridge-go/otelbridge"
	"github.com/otelbridge/otelbridge-go/otelbridge/telemetrycmd"
	"github.com/otelbridge/otelbridge-go/sentry"
)

// newApp describes this tool to the bridge. It names no endpoint: nothing is
// sent until its user names one and agrees. Nobody is asked: the only command
// that does not deal with telemetry prints a version, and neither that nor help
// nor an error is to be mixed with a question. Who wants to agree says
// "telemetry on". A command that does more calls [otelbridge.Control.Ask] once
// its arguments are known to be right.
func newApp() otelbridge.App {
	return otelbridge.App{
		Name:       "otelbridge",
		Version:    version(),
		OffCommand: "otelbridge telemetry off",
		HostAsks:   true,
		Schema: anon.Schema{Version: 1, Events: telemetrycmd.Commands(
			telemetrycmd.Command{Path: "version"},
		)},
	}
}

func routes() []otelbridge.Route {
	return []otelbridge.Route{track.Route, otlp.Route, sentry.Route}
}

// version is the release that the module system knows; "devel" for a build from
// a working copy.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}
