package routetest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// bench is a route with everything around it that a bridge would give it.
type bench struct {
	config Config
	spool  *memory
	setup  otelbridge.Setup
	schema anon.Schema
}

func newBench(t *testing.T, c Config, schema anon.Schema) *bench {
	t.Helper()
	policy, err := schema.Compile()
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{config: c, spool: &memory{}, schema: schema}
	b.setup = otelbridge.Setup{
		App:         otelbridge.App{Name: "tool", Version: "1.2.3", Schema: schema},
		Policy:      policy,
		Consented:   policy,
		Hasher:      anon.NewHasher(func() []byte { return []byte("0123456789abcdef0123456789abcdef") }),
		Machine:     anon.Machine{CPU: 1, Exec: []string{}, OS: "linux", Library: "tool", LibraryVersion: "1.2.3"},
		Resource:    resource.Empty(),
		AnonymousID: func() string { return "0123456789abcdef0123456789abcdef" },
		Spool:       func(string, otelbridge.Limits) otelbridge.Spool { return b.spool.RoundTrip },
		Report:      func(error) {},
	}
	return b
}

// outlet builds the route as configured.
func (b *bench) outlet(t *testing.T) otelbridge.Outlet {
	t.Helper()
	b.config.Configure(&b.setup.Settings)
	o, err := b.config.Route(b.setup)
	if err != nil {
		t.Fatalf("the route does not build: %v", err)
	}
	if o.Processor == nil {
		t.Fatal("the route is not configured by Configure")
	}
	t.Cleanup(func() { _ = o.Processor.Shutdown(context.Background()) })
	return o
}

// provider starts spans for the outlet as a bridge does.
func (b *bench) provider(o otelbridge.Outlet) *sdktrace.TracerProvider {
	return sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(o.Processor), sdktrace.WithoutPanicRecording())
}

// record runs one span through the outlet.
func (b *bench) record(ctx context.Context, o otelbridge.Outlet, name string) {
	_, span := b.provider(o).Tracer("routetest").Start(ctx, name)
	span.End()
}

// memory stands where the queue on disk does.
type memory struct {
	mu     sync.Mutex
	bodies [][]byte
	fail   bool
}

func (m *memory) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	_ = req.Body.Close()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail {
		return nil, errors.New("the disk is gone")
	}
	m.bodies = append(m.bodies, body)
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: req}, nil
}

func (m *memory) all() [][]byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.bodies
}
