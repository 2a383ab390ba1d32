// Command all is a host with all three routes.
package main

import (
	"github.com/otelbridge/otelbridge-go/bench/exit/host/internal/bridge"
	"github.com/otelbridge/otelbridge-go/exporters/otlp"
	"github.com/otelbridge/otelbridge-go/exporters/track"
	"github.com/otelbridge/otelbridge-go/sentry"
)

func main() { bridge.Run(track.Route, otlp.Route, sentry.Route) }
