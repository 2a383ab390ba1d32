package otlp

import (
	"strings"
	"testing"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

func TestRouteOff(t *testing.T) {
	asked := false
	outlet, err := Route(otelbridge.Setup{Spool: func(string, otelbridge.Limits) otelbridge.Spool {
		asked = true
		return nil
	}})
	if err != nil || outlet.Processor != nil || outlet.Name != "" || asked {
		t.Errorf("without an endpoint: outlet %+v, error %v, spool asked for %t", outlet, err, asked)
	}
}

func TestRouteOutlet(t *testing.T) {
	s := setup(t, new(recorder), nil)
	s.Settings.OTLPEndpoint.Text = "http://127.0.0.1:4318/base/"
	s.Settings.OTLPHeaders = map[string]string{"authorization": "Bearer x"}
	queue := ""
	s.Spool = func(name string, _ otelbridge.Limits) otelbridge.Spool {
		queue = name
		return new(recorder).RoundTrip
	}
	outlet, err := Route(s)
	if err != nil {
		t.Fatal(err)
	}
	if outlet.Name != "otlp" || queue != outlet.Name {
		t.Errorf("outlet %q uses the spool %q", outlet.Name, queue)
	}
	if want := "http://127.0.0.1:4318/base/v1/traces"; outlet.Endpoint != want {
		t.Errorf("endpoint %q, want %q", outlet.Endpoint, want)
	}
	if outlet.Sign == nil || outlet.Answer == nil || outlet.Gzip == nil || !outlet.Prompt {
		t.Errorf("outlet lacks a part: %+v", outlet)
	}
}

func TestRouteErrors(t *testing.T) {
	s := setup(t, new(recorder), nil)
	s.Settings.OTLPEndpoint.Text = "ftp://user:canary@host"
	_, err := Route(s)
	if err == nil || !strings.HasPrefix(err.Error(), "otlp: endpoint from OTEL_EXPORTER_OTLP_ENDPOINT must start with ") {
		t.Errorf("error %v does not say where the endpoint came from", err)
	}
	if strings.Contains(err.Error(), "canary") {
		t.Errorf("error quotes the endpoint: %v", err)
	}
}
