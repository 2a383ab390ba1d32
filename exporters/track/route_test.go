package track

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/anon/anontest"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

func TestRouteConfiguration(t *testing.T) {
	for name, tt := range map[string]struct {
		route         otelbridge.Route // nil: Route
		mode          otelbridge.Mode
		endpoint, key string
		want          string // the endpoint; empty: not configured
		err           string
		joins, signs  bool
	}{
		"off":                 {mode: otelbridge.Off, endpoint: "https://t.example.com/e"},
		"no endpoint":         {mode: otelbridge.On},
		"on":                  {mode: otelbridge.On, endpoint: "https://t.example.com/e", want: "https://t.example.com/e"},
		"with key":            {mode: otelbridge.On, endpoint: "https://t.example.com/e", key: "k", want: "https://t.example.com/e", signs: true},
		"segment":             {mode: otelbridge.On, endpoint: "https://api.segment.io/v1/track", key: "k", want: "https://api.segment.io/v1/batch", joins: true, signs: true},
		"segment in Europe":   {mode: otelbridge.On, endpoint: "https://events.eu1.segmentapis.com/v1/track", key: "k", want: "https://events.eu1.segmentapis.com/v1/batch", joins: true, signs: true},
		"segment without key": {mode: otelbridge.On, endpoint: "https://api.segment.io/v1/track", err: "telemetry_segment_write_key"},
		"segment, qualified":  {mode: otelbridge.On, endpoint: "https://API.segment.io./v1/track", key: "k", want: "https://API.segment.io./v1/batch", joins: true, signs: true},
		"not segment":         {mode: otelbridge.On, endpoint: "https://api.segment.io.example.com/v1/track", want: "https://api.segment.io.example.com/v1/track"},
		"no URL":              {mode: otelbridge.On, endpoint: "https://x:port/", err: "SOME_VARIABLE: the endpoint is not a URL"},
		"flat":                {route: FlatRoute, mode: otelbridge.On, endpoint: "https://t.example.com/e", want: "https://t.example.com/e"},
		"flat with key":       {route: FlatRoute, mode: otelbridge.On, endpoint: "https://t.example.com/e", key: "k", want: "https://t.example.com/e", signs: true},
		"flat to segment":     {route: FlatRoute, mode: otelbridge.On, endpoint: "https://api.segment.io/v1/track", key: "k", err: "SOME_VARIABLE: the endpoint is Segment's, which does not take the flat shape"},
		"flat, without key":   {route: FlatRoute, mode: otelbridge.On, endpoint: "https://events.eu1.segmentapis.com", err: "does not take the flat shape"},
		"flat, no URL":        {route: FlatRoute, mode: otelbridge.On, endpoint: "https://x:port/", err: "SOME_VARIABLE: the endpoint is not a URL"},
		"flat, off":           {route: FlatRoute, mode: otelbridge.Off, endpoint: "https://api.segment.io/v1/track", key: "k"},
	} {
		t.Run(name, func(t *testing.T) {
			setup, _ := testSetup(t, anon.Pipeline())
			setup.Settings.Telemetry.Mode = tt.mode
			setup.Settings.TelemetryEndpoint = otelbridge.Value{Text: tt.endpoint, Source: "SOME_VARIABLE"}
			setup.Settings.WriteKey.Text = tt.key
			route := tt.route
			if route == nil {
				route = Route
			}
			o, err := route(setup)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) || o.Processor != nil {
					t.Errorf("error %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil || o.Endpoint != tt.want || (o.Join != nil) != tt.joins || (o.Sign != nil) != tt.signs {
				t.Errorf("endpoint %q, joins %v, signs %v, error %v", o.Endpoint, o.Join != nil, o.Sign != nil, err)
			}
			if (o.Processor != nil) != (tt.want != "") {
				t.Errorf("configured: %v", o.Processor != nil)
			}
		})
	}
}

func TestSignIsBasicAuth(t *testing.T) {
	setup, _ := testSetup(t, anon.Pipeline())
	setup.Settings.WriteKey.Text = "write-key"
	o, err := Route(setup)
	if err != nil {
		t.Fatal(err)
	}
	req, _ := http.NewRequest(http.MethodPost, "https://127.0.0.1:9", nil)
	if err := o.Sign(req); err != nil {
		t.Fatal(err)
	}
	if user, password, ok := req.BasicAuth(); user != "write-key" || password != "" || !ok {
		t.Errorf("basic auth %q %q", user, password)
	}
}

func TestKeyIsNotSpooled(t *testing.T) {
	setup, spool := testSetup(t, anon.Pipeline())
	setup.Settings.WriteKey.Text = "write-key"
	o, err := Route(setup)
	if err != nil {
		t.Fatal(err)
	}
	o.Processor.OnEnd(endedSpan("load"))
	if spool.requests[0].Header.Get("Authorization") != "" || bytes.Contains(spool.bodies[0], []byte("write-key")) {
		t.Error("the write key reached the spool")
	}
	if got := spool.requests[0].Header.Get("Content-Type"); got != "application/json" {
		t.Errorf("content type %q", got)
	}
}

func TestBatch(t *testing.T) {
	join := Join()
	for want, bodies := range map[string][][]byte{
		`{"batch":[{"a":1},{"a":2}]}`: {[]byte(`{"a":1}`), []byte(`{"a":2}`)},
		`{"batch":[{"b":3}]}`:         {[]byte(`{"b":3}`)},
	} {
		for range 2 {
			if got := string(join(bodies)); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
	}
}

func TestFlatRefusesFieldsOfItsOwnNames(t *testing.T) {
	schema := anon.Schema{Events: []anon.Event{{Name: "build", Fields: []anon.Field{anon.Bool("platform"), anon.Bool("fine")}}}}
	setup, _ := testSetup(t, schema)
	if _, err := FlatRoute(setup); err == nil || !strings.Contains(err.Error(), `event "build": the flat shape has a member "platform"`) {
		t.Errorf("error %v", err)
	}
}

func TestLogPrintsWhatRouteWouldSend(t *testing.T) {
	setup, spool := testSetup(t, anon.Pipeline())
	sent, err := Route(setup)
	if err != nil {
		t.Fatal(err)
	}
	sent.Processor.OnEnd(endedSpan("load", loadAttributes...))

	setup.Settings.Telemetry.Mode = otelbridge.Off
	var out bytes.Buffer
	printed, err := Log(&out)(setup)
	if err != nil || printed.Endpoint != "" {
		t.Fatalf("endpoint %q, error %v", printed.Endpoint, err)
	}
	printed.Processor.OnEnd(endedSpan("load", loadAttributes...))
	same := func(b []byte) string { return string(anyMessageID.ReplaceAll(b, nil)) }
	if got, want := same(out.Bytes()), same(spool.bodies[0])+"\n"; got != want {
		t.Errorf("printed %s\nsent    %s", got, want)
	}
}

// TestNoCanaryLeaves runs spans with canaries in every place through both
// shapes, under every name that makes an event and under one that does not.
func TestNoCanaryLeaves(t *testing.T) {
	for shape, route := range map[string]otelbridge.Route{"segment": Route, "flat": FlatRoute} {
		for _, name := range []string{"extract", "normalize", "load", "run", ""} {
			setup, spool := testSetup(t, anon.Pipeline())
			o, err := route(setup)
			if err != nil {
				t.Fatal(err)
			}
			span, canaries := anontest.Span(name, anon.PipelineName.String("canaryname"), anon.DestinationName.String("canaryname"))
			o.Processor.OnEnd(span)
			if sent := len(spool.bodies); (sent == 1) != (name != "") {
				t.Errorf("%s: %q made %d messages", shape, name, sent)
			}
			canaries = append(canaries, anontest.Canary{Place: "names", Text: "canaryname"})
			for _, body := range spool.bodies {
				for _, c := range anontest.Found(body, canaries) {
					t.Errorf("%s: %q: the canary of %q left: %s", shape, name, c.Place, body)
				}
			}
		}
	}
}

func TestStartEvents(t *testing.T) {
	schema := anon.Schema{Events: []anon.Event{{Name: "serve", When: anon.Start, Fields: []anon.Field{anon.State("state")}}}}
	setup, spool := testSetup(t, schema)
	o, err := Route(setup)
	if err != nil {
		t.Fatal(err)
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(o.Processor))
	_, span := provider.Tracer("").Start(context.Background(), "serve")
	if len(spool.bodies) != 1 || !bytes.Contains(spool.bodies[0], []byte(`"state":"started"`)) {
		t.Errorf("at the start: %s", spool.bodies)
	}
	span.End()
	if len(spool.bodies) != 1 {
		t.Errorf("at the end: %s", spool.bodies)
	}
}

// TestOnlyWhatWasConsentedTo: what is newer than the consent is not sent.
func TestOnlyWhatWasConsentedTo(t *testing.T) {
	schema := anon.Schema{Version: 2, Events: []anon.Event{
		{Name: "load", Fields: []anon.Field{anon.Bool("old"), anon.Bool("new").Since(2)}},
		{Name: "login", Since: 2},
	}}
	setup, spool := testSetup(t, schema)
	older, err := schema.Until(1).Compile()
	if err != nil {
		t.Fatal(err)
	}
	setup.Consented = older
	o, err := Route(setup)
	if err != nil {
		t.Fatal(err)
	}
	o.Processor.OnEnd(endedSpan("load", attribute.Bool("old", true), attribute.Bool("new", true)))
	o.Processor.OnEnd(endedSpan("login"))
	if len(spool.bodies) != 1 || bytes.Contains(spool.bodies[0], []byte(`"new"`)) || !bytes.Contains(spool.bodies[0], []byte(`"schema_version":1`)) {
		t.Errorf("sent: %s", spool.bodies)
	}
}
