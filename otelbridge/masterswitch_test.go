package otelbridge

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// TestMasterSwitchForgetsWhatWaits of the anonymous events. Traces are the
// operator's own, and wait for a run that sends them.
func TestMasterSwitchForgetsWhatWaits(t *testing.T) {
	for name, tt := range map[string]struct {
		disabled bool
		variable string
		project  string
	}{
		"App.Disabled":         {disabled: true},
		"ENABLE_RUNTIME_TRACE": {variable: "ENABLE_RUNTIME_TRACE=false"},
		"OTEL_SDK_DISABLED":    {variable: "OTEL_SDK_DISABLED=true"},
		"project config.toml":  {project: "enable_runtime_trace = false\n"},
	} {
		for line, want := range map[string]int{"play": 0, "telemetry status": 2} {
			t.Run(name+", "+line, func(t *testing.T) {
				clean(t)
				t.Setenv("TOOL_EPHEMERAL", "no")
				var requests atomic.Int32
				server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
				defer server.Close()
				app := App{Name: "tool", Endpoint: server.URL}
				c := turnedOn(t, app)
				left(t, c, 2)
				leftForTheOperator(t, c, Outlet{Name: "otlp", Endpoint: server.URL})
				app.Disabled = tt.disabled
				if name, value, given := strings.Cut(tt.variable, "="); given {
					t.Setenv(name, value)
				}
				if tt.project != "" {
					mustWrite(t, filepath.Join(".tool", "config.toml"), tt.project)
				}
				typed(t, app, &sender{}, line, fails(nil))
				now := c.Status()
				if now.Routes[0].Spool.Records != want || now.Routes[1].Spool.Records != 1 || requests.Load() != 0 {
					t.Errorf("%d events and %d traces wait, %d requests", now.Routes[0].Spool.Records, now.Routes[1].Spool.Records, requests.Load())
				}
			})
		}
	}
}

// leftForTheOperator is a record of an earlier run.
func leftForTheOperator(t *testing.T, c *Control, o Outlet) {
	t.Helper()
	s, _ := c.resolve()
	d := newDelivery(c.app, s, program())
	rt := d.spool(o.Name, Limits{})
	d.join([]Outlet{o})
	send(t, rt, "a trace")
	d.closeQueues()
}
