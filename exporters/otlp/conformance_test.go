package otlp

import (
	"testing"

	"github.com/otelbridge/otelbridge-go/otelbridge"
	"github.com/otelbridge/otelbridge-go/otelbridge/routetest"
)

func TestConformance(t *testing.T) {
	routetest.Run(t, routetest.Config{
		Route:   Route,
		Secrets: []string{"the-header"},
		Configure: func(s *otelbridge.Settings) {
			s.OTLP.Mode = otelbridge.On
			s.OTLPEndpoint.Text = "https://127.0.0.1:9"
			s.OTLPHeaders = map[string]string{"authorization": "the-header"}
		},
	})
}
