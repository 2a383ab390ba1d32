package track

import (
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// recorder stands where the spool does.
type recorder struct {
	mu       sync.Mutex
	requests []*http.Request
	bodies   [][]byte
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests, r.bodies = append(r.requests, req), append(r.bodies, body)
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
}

var testMachine = anon.Machine{
	CPU: 8, Exec: []string{"docker"}, OS: "linux", OSVersion: "6.1.0", Go: "1.26.8", Library: "tool", LibraryVersion: "1.2.3",
}

func testSetup(t testing.TB, schema anon.Schema) (otelbridge.Setup, *recorder) {
	t.Helper()
	policy, err := schema.Compile()
	if err != nil {
		t.Fatal(err)
	}
	spool := &recorder{}
	return otelbridge.Setup{
		App:    otelbridge.App{Name: "tool", Version: "1.2.3", Schema: schema},
		Policy: policy, Consented: policy,
		Machine: testMachine,
		Hasher:  anon.NewHasher(func() []byte { return []byte("0123456789abcdef0123456789abcdef") }),
		Settings: otelbridge.Settings{
			Telemetry:         otelbridge.Decision{Mode: otelbridge.On},
			TelemetryEndpoint: otelbridge.Value{Text: "https://127.0.0.1:9/v1/track", Source: "test"},
		},
		AnonymousID: func() string { return "933dd165453d196a58adaf49444e9b4c" },
		Spool:       func(string, otelbridge.Limits) otelbridge.Spool { return spool.RoundTrip },
		Report:      func(err error) { t.Errorf("reported: %v", err) },
	}, spool
}

// endedSpan is a span with fixed times and ids.
func endedSpan(name string, attrs ...attribute.KeyValue) sdktrace.ReadOnlySpan {
	start := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	return tracetest.SpanStub{
		Name: name, Attributes: attrs, StartTime: start, EndTime: start.Add(2234 * time.Millisecond),
		SpanContext: trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}}),
	}.Snapshot()
}
