package otelbridge

import (
	"testing"

	"github.com/otelbridge/otelbridge-go/anon"
)

// TestConsentLimitsThePolicy goes through Start with consent to the first
// version of a schema that has a second.
func TestConsentLimitsThePolicy(t *testing.T) {
	clean(t)
	schema := anon.Schema{Version: 1, Events: []anon.Event{{Name: "load", Fields: []anon.Field{anon.Bool("old")}}}}
	app := App{Name: "tool", Endpoint: "https://127.0.0.1:9", Schema: schema}
	control, err := NewControl(app)
	if err != nil {
		t.Fatal(err)
	}
	if err := control.TurnOn(); err != nil {
		t.Fatal(err)
	}
	app.Schema = anon.Schema{Version: 2, Events: []anon.Event{
		{Name: "load", Fields: []anon.Field{anon.Bool("old"), anon.Bool("new").Since(2)}},
		{Name: "login", Since: 2},
	}}
	var setup Setup
	b, err := Start(t.Context(), app, func(s Setup) (Outlet, error) { setup = s; return Outlet{}, nil })
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Shutdown(t.Context()) }()
	if setup.Settings.Telemetry.Mode != On || setup.Policy.Version() != 2 || setup.Consented.Version() != 1 {
		t.Errorf("telemetry %s, schema version %d, consented %d", setup.Settings.Telemetry.Mode, setup.Policy.Version(), setup.Consented.Version())
	}
}
