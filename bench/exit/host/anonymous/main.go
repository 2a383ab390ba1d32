// Command anonymous is a host with anonymous events only.
package main

import (
	"github.com/otelbridge/otelbridge-go/bench/exit/host/internal/bridge"
	"github.com/otelbridge/otelbridge-go/exporters/track"
)

func main() { bridge.Run(track.Route) }
