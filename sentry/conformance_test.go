package sentry

import (
	"testing"

	"github.com/otelbridge/otelbridge-go/otelbridge"
	"github.com/otelbridge/otelbridge-go/otelbridge/routetest"
)

func TestConformance(t *testing.T) {
	routetest.Run(t, routetest.Config{
		Route:   Route,
		Secrets: []string{"thepublickey"},
		Configure: func(s *otelbridge.Settings) {
			s.Sentry.Mode = otelbridge.On
			s.SentryDSN.Text = "https://thepublickey@127.0.0.1:9/1"
		},
	})
}
