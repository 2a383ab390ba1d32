package bench

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/exporters/track"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// encoding is what stands between an ended span and its message.
var encoding = table{"One anonymous event from its span; base: encoding/json of a struct with the same members, already filled", []row{
	{"encoding/json, struct", 0, encodeStruct},
	{"scrub: anon.Message.Fill", 0, fill},
	{"scrub and encode: the track route to a spool that does nothing", 0, encodeSpan},
}}

func BenchmarkEncode(b *testing.B)  { encoding.bench(b) }
func TestRatiosEncode(t *testing.T) { encoding.print(t) }

// setup is what the track route needs.
func setup(b *testing.B, to http.RoundTripper) otelbridge.Setup {
	policy, err := anon.Pipeline().Compile()
	if err != nil {
		b.Fatal(err)
	}
	s := otelbridge.Setup{
		Policy: policy, Consented: policy, Hasher: anon.NewHasher(func() []byte { return make([]byte, 32) }),
		Machine:     anon.ReadMachine("benchtool", "1.2.3"),
		AnonymousID: func() string { return "0123456789abcdef0123456789abcdef" },
		Spool:       func(string, otelbridge.Limits) otelbridge.Spool { return to.RoundTrip },
	}
	s.Settings.Telemetry.Mode = otelbridge.On
	s.Settings.TelemetryEndpoint.Text = refused
	return s
}

// blank answers and keeps nothing; last keeps the body.
type blank struct{}

func (blank) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
}

type last struct{ body []byte }

func (l *last) RoundTrip(r *http.Request) (*http.Response, error) {
	l.body, _ = io.ReadAll(r.Body)
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
}

func trackRoute(b *testing.B, to http.RoundTripper) sdktrace.SpanProcessor {
	outlet, err := track.Route(setup(b, to))
	if err != nil {
		b.Fatal(err)
	}
	return outlet.Processor
}

func encodeSpan(b *testing.B) {
	p, span := trackRoute(b, blank{}), endedSpan("load", attributes12(0)...)
	b.ReportAllocs()
	for b.Loop() {
		p.OnEnd(span)
	}
}

func fill(b *testing.B) {
	s, span := setup(b, blank{}), endedSpan("load", attributes12(0)...)
	var m anon.Message
	b.ReportAllocs()
	for b.Loop() {
		m.Fill(s.Consented, s.Hasher, span, anon.End)
	}
}

// encodeStruct encodes the message that the route makes.
func encodeStruct(b *testing.B) {
	var sent last
	trackRoute(b, &sent).OnEnd(endedSpan("load", attributes12(0)...))
	var m typedMessage
	dec := json.NewDecoder(bytes.NewReader(sent.body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		b.Fatal(err)
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	b.ReportAllocs()
	for b.Loop() {
		buf.Reset()
		if err := enc.Encode(&m); err != nil {
			b.Fatal(err)
		}
	}
}
