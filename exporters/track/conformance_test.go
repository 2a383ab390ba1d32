package track

import (
	"testing"

	"github.com/otelbridge/otelbridge-go/otelbridge"
	"github.com/otelbridge/otelbridge-go/otelbridge/routetest"
)

func TestConformance(t *testing.T) {
	routetest.Run(t, routetest.Config{
		Route:     Route,
		Anonymous: true,
		Secrets:   []string{"the-write-key"},
		Configure: func(s *otelbridge.Settings) {
			s.Telemetry.Mode = otelbridge.On
			s.TelemetryEndpoint.Text = "https://127.0.0.1:9/v1/track"
			s.WriteKey.Text = "the-write-key"
		},
	})
}
