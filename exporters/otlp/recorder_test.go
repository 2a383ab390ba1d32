package otlp

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// recorder stands in for a spool. Its zero value keeps what it is sent.
type recorder struct {
	hold  <-chan struct{} // if set, each append waits until it is closed
	panic string          // if set, an append panics with it

	mu      sync.Mutex
	tries   int
	fail    error // if set, appends fail with it
	status  int   // if set, appends are answered with it
	records []record
	reports []error
}

type record struct {
	url    string
	header http.Header
	length int64 // as the request says
	body   []byte
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	r.tries++
	r.mu.Unlock()
	if r.hold != nil {
		<-r.hold
	}
	if r.panic != "" {
		panic(r.panic)
	}
	body, err := io.ReadAll(req.Body)
	_ = req.Body.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	if err = errors.Join(err, r.fail); err != nil {
		return nil, err
	}
	if r.status != 0 {
		return &http.Response{StatusCode: r.status, Status: http.StatusText(r.status), Body: http.NoBody}, nil
	}
	r.records = append(r.records, record{req.URL.String(), req.Header, req.ContentLength, body})
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
}

func (r *recorder) report(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reports = append(r.reports, err)
}

// tried is how often something was sent, whatever became of it.
func (r *recorder) tried() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tries
}

func (r *recorder) taken() []record {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]record(nil), r.records...)
}

func (r *recorder) told() []error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]error(nil), r.reports...)
}

func (r *recorder) answerWith(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fail = err
}

// groups decodes everything that arrived.
func (r *recorder) groups(t testing.TB) []*tracepb.ResourceSpans {
	t.Helper()
	var all []*tracepb.ResourceSpans
	for _, rec := range r.taken() {
		all = append(all, rec.decode(t).ResourceSpans...)
	}
	return all
}

func (r *recorder) spans(t testing.TB) []*tracepb.Span {
	t.Helper()
	return spansOf(r.groups(t))
}

func spansOf(groups []*tracepb.ResourceSpans) []*tracepb.Span {
	var all []*tracepb.Span
	for _, group := range groups {
		for _, scope := range group.ScopeSpans {
			all = append(all, scope.Spans...)
		}
	}
	return all
}

func (r *recorder) span(t testing.TB, name string) *tracepb.Span {
	t.Helper()
	for _, s := range r.spans(t) {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no span %q arrived", name)
	return nil
}

func (rec record) decode(t testing.TB) *tracepb.TracesData {
	t.Helper()
	data := new(tracepb.TracesData)
	if err := proto.Unmarshal(rec.plain(t), data); err != nil {
		t.Fatal(err)
	}
	return data
}

func (rec record) plain(t testing.TB) []byte {
	t.Helper()
	if rec.header.Get("Content-Encoding") == "" {
		return rec.body
	}
	zip, err := gzip.NewReader(bytes.NewReader(rec.body))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

// setup is what the bridge would build a route from.
func setup(t testing.TB, spool http.RoundTripper, report func(error)) otelbridge.Setup {
	t.Helper()
	policy, err := anon.Pipeline().Compile()
	if err != nil {
		t.Fatal(err)
	}
	return otelbridge.Setup{
		Settings: otelbridge.Settings{
			OTLPEndpoint:   otelbridge.Value{Text: "http://127.0.0.1:4318", Source: "OTEL_EXPORTER_OTLP_ENDPOINT"},
			OTLPAttributes: anon.DiscloseDeclared,
		},
		Policy:   policy,
		Hasher:   anon.NewHasher(func() []byte { return []byte("0123456789abcdef0123456789abcdef") }),
		Resource: resource.NewSchemaless(attribute.String("service.name", "chess")),
		Spool:    func(string, otelbridge.Limits) otelbridge.Spool { return spool.RoundTrip },
		Report:   report,
	}
}

// provider gives spans to the route that setup makes.
func provider(t testing.TB, setup otelbridge.Setup, options ...sdktrace.TracerProviderOption) *sdktrace.TracerProvider {
	t.Helper()
	outlet, err := Route(setup)
	if err != nil {
		t.Fatal(err)
	}
	return sdktrace.NewTracerProvider(append(options, sdktrace.WithSpanProcessor(outlet.Processor))...)
}

// recorded runs do with a provider whose spans end in the recorder, and ends
// the provider.
func recorded(t testing.TB, disclosure anon.Disclosure, do func(*sdktrace.TracerProvider)) *recorder {
	t.Helper()
	r := new(recorder)
	s := setup(t, r, r.report)
	s.Settings.OTLPAttributes = disclosure
	p := provider(t, s, sdktrace.WithResource(resource.Empty()))
	do(p)
	if err := p.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	if errs := r.told(); len(errs) > 0 {
		t.Fatalf("reported: %v", errs)
	}
	return r
}

// values are attributes by key.
func values(attrs []*commonpb.KeyValue) map[string]*commonpb.AnyValue {
	m := map[string]*commonpb.AnyValue{}
	for _, kv := range attrs {
		m[kv.Key] = kv.Value
	}
	return m
}
