package otelbridge_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelbridge/otelbridge-go/exporters/track"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// TestAllAgreeWithWhatIsSent runs a pipeline into a receiver and holds to what
// arrived there, byte for byte, what preview and log show, and to its members what
// schema and status say.
func TestAllAgreeWithWhatIsSent(t *testing.T) {
	person(t)
	in := newInbox(t)
	app := chess(in.URL + "/v1/track")
	c := control(t, app, track.Route)
	if err := c.TurnOn(); err != nil {
		t.Fatal(err)
	}
	bridge, err := otelbridge.Start(t.Context(), app, track.Route)
	if err != nil {
		t.Fatal(err)
	}
	if err := errorsOf(runPipeline(t.Context(), bridge), bridge.Shutdown(t.Context())); err != nil {
		t.Fatal(err)
	}
	sent := in.arrived()
	agree(t, "preview", previewOf(t, c), each(sent, timeless))
	agree(t, "log", logged(t, c), sent)
	var names, fields []string
	for _, body := range sent {
		m := messageOf(t, body)
		names = append(names, m.Event)
		for name := range m.Properties {
			fields = append(fields, m.Event+"."+name)
		}
		checkStatus(t, c.Status(), m, app.Endpoint)
	}
	declaredNames, declaredFields := declared(t, c)
	agree(t, "the events of schema", declaredNames, names)
	agree(t, "the fields of schema", declaredFields, fields)
}

// agree compares without regard to the order.
func agree(t *testing.T, what string, shown, sent []string) {
	t.Helper()
	if diff := cmp.Diff(slices.Sorted(slices.Values(sent)), slices.Sorted(slices.Values(shown))); diff != "" || len(sent) == 0 {
		t.Errorf("%s and what was sent (-sent +shown):\n%s", what, diff)
	}
}

type message struct {
	AnonymousID string         `json:"anonymousId"`
	Event       string         `json:"event"`
	Properties  map[string]any `json:"properties"`
	Context     struct {
		SchemaVersion int `json:"schema_version"`
	} `json:"context"`
}

func messageOf(t *testing.T, body string) (m message) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		t.Fatal(err)
	}
	// The shape's own, which are the two halves of the event's name.
	delete(m.Properties, "event_category")
	delete(m.Properties, "event_name")
	return m
}

func logged(t *testing.T, c *otelbridge.Control) []string {
	t.Helper()
	all, err := c.Sent(0)
	if err != nil {
		t.Fatal(err)
	}
	var bodies []string
	for _, s := range all {
		if s.Status != 200 || s.Fate != "delivered" {
			t.Errorf("log shows %+v", s)
		}
		bodies = append(bodies, string(s.Body))
	}
	return bodies
}

func checkStatus(t *testing.T, s otelbridge.Status, m message, endpoint string) {
	t.Helper()
	r := s.Routes[0]
	if !s.On() || r.Endpoint != endpoint || r.Spool.Records != 0 || r.Last == nil || r.Last.Status != 200 {
		t.Errorf("status says %+v, last %+v", r, r.Last)
	}
	if s.Identity.ID != m.AnonymousID || s.Identity.ID == "" || s.Consent.Covered != m.Context.SchemaVersion {
		t.Errorf("status says %+v, %+v; sent was id %q, version %d", s.Identity, s.Consent, m.AnonymousID, m.Context.SchemaVersion)
	}
}

// declared are the events and fields that schema shows.
func declared(t *testing.T, c *otelbridge.Control) (events, fields []string) {
	t.Helper()
	var lock struct {
		Events []struct {
			Name   string
			Fields []struct{ Name string }
		}
	}
	if err := json.Unmarshal([]byte(c.Schema().Lock()), &lock); err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, e := range lock.Events {
		events = append(events, e.Name)
		for _, f := range e.Fields {
			all[e.Name+"."+f.Name] = true
		}
	}
	return events, slices.Collect(maps.Keys(all))
}
