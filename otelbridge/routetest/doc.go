// Package routetest checks that a route keeps its side of the bargain, as
// testing/slogtest does for handlers of log/slog. A package with a route of its
// own calls [Run] in a test:
//
//	func TestRoute(t *testing.T) {
//		routetest.Run(t, routetest.Config{
//			Route:     myroute.Route,
//			Configure: func(s *otelbridge.Settings) { s.OTLPEndpoint.Text = "https://127.0.0.1:9" },
//		})
//	}
//
// Each case states the rule that a failing route breaks.
package routetest
