package otlp

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/encoding/prototext"

	"github.com/otelbridge/otelbridge-go/anon"
)

// mustLack fails for each word that is found anywhere in what arrived, in its
// text form and in its bytes.
func mustLack(t *testing.T, r *recorder, words ...string) {
	t.Helper()
	for _, rec := range r.taken() {
		for _, text := range []string{prototext.Format(rec.decode(t)), string(rec.plain(t))} {
			for _, word := range words {
				if at := strings.Index(text, word); at >= 0 {
					t.Errorf("%q arrived: …%q…", word, text[max(0, at-60):min(len(text), at+60)])
				}
			}
		}
	}
}

func mustHave(t *testing.T, r *recorder, words ...string) {
	t.Helper()
	text := ""
	for _, rec := range r.taken() {
		text += prototext.Format(rec.decode(t))
	}
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%q did not arrive", word)
		}
	}
}

// plant makes one span with a canary, named after its place, in every place
// that user data can be in.
func plant(t *testing.T, disclosure anon.Disclosure) *recorder {
	t.Helper()
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "env=canary-in-env-resource")
	t.Setenv("OTEL_SERVICE_NAME", "canary-in-env-service")
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-key=canary-in-env-headers")
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x-key=canary-in-env-headers")

	r := new(recorder)
	s := setup(t, r, r.report)
	s.Settings.OTLPAttributes = disclosure
	s.Settings.OTLPHeaders = map[string]string{"authorization": "canary-in-headers"}
	of := resource.NewSchemaless(attribute.String("canary", "canary-in-resource"))
	fromEnv, err := resource.New(context.Background(), resource.WithFromEnv())
	if err != nil {
		t.Fatal(err)
	}
	of, err = resource.Merge(of, fromEnv)
	if err != nil {
		t.Fatal(err)
	}
	p := provider(t, s, sdktrace.WithResource(of))
	plantSpan(t, p)
	if err := p.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	return r
}

func plantSpan(t *testing.T, p trace.TracerProvider) {
	t.Helper()
	member, err := baggage.NewMember("canary", "canary-in-baggage")
	if err != nil {
		t.Fatal(err)
	}
	bag, err := baggage.New(member)
	if err != nil {
		t.Fatal(err)
	}
	ctx := baggage.ContextWithBaggage(context.Background(), bag)
	ctx = trace.ContextWithRemoteSpanContext(ctx, stated(t, "canary-in-trace-state"))

	tracer := p.Tracer("canary-in-scope-name", trace.WithInstrumentationAttributes(
		attribute.String("canary", "canary-in-scope-attribute")))
	_, span := tracer.Start(ctx, "canary-in-span-name", trace.WithLinks(trace.Link{
		SpanContext: stated(t, "canary-in-link-state"),
		Attributes:  []attribute.KeyValue{attribute.String("canary", "canary-in-link")},
	}))
	span.SetAttributes(everyType("canary-in-key.")...)
	span.SetAttributes(
		attribute.String("note", "canary-in-attribute"),
		anon.DestinationName.String("canary-in-declared"),
		anon.RecordsRead.String("canary-in-wrong-type"),
		anon.RecordsWritten.Int(42),
	)
	span.AddEvent("canary-in-event-name", trace.WithAttributes(attribute.String("canary", "canary-in-event")))
	span.AddEvent("exception", trace.WithAttributes(
		attribute.String("exception.message", "canary-in-message password=canary-in-password"),
		attribute.String("canary", "canary-in-exception"),
	))
	span.SetStatus(codes.Error, "canary-in-status")
	span.End()
}

// stated is a sampled remote span with a trace state.
func stated(t *testing.T, state string) trace.SpanContext {
	t.Helper()
	ts, err := trace.ParseTraceState("vendor=" + state)
	if err != nil {
		t.Fatal(err)
	}
	return trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled, TraceState: ts, Remote: true,
	})
}

// places are where canaries are, and the least disclosure that shows each.
var places = map[string]anon.Disclosure{
	"canary-in-span-name":  anon.DiscloseDeclared,
	"canary-in-scope-name": anon.DiscloseDeclared,
	"canary-in-declared":   anon.DiscloseDeclared,
	"canary-in-event-name": anon.DiscloseDeclared,
	"canary-in-message":    anon.DiscloseDeclared,

	"canary-in-key":             anon.DiscloseAll,
	"canary-in-attribute":       anon.DiscloseAll,
	"canary-in-wrong-type":      anon.DiscloseAll,
	"canary-in-scope-attribute": anon.DiscloseAll,
	"canary-in-event\"":         anon.DiscloseAll,
	"canary-in-exception":       anon.DiscloseAll,
	"canary-in-link\"":          anon.DiscloseAll,
	"canary-in-trace-state":     anon.DiscloseAll,
	"canary-in-status":          anon.DiscloseAll,
	"canary-in-resource":        anon.DiscloseAll,
	"canary-in-env-resource":    anon.DiscloseAll,

	// OTLP has a place for the state of a link; OpenTelemetry's encoder leaves it out.
	"canary-in-link-state":  never,
	"canary-in-env-service": never, // our own service.name stands
	"canary-in-baggage":     never,
	"canary-in-headers":     never,
	"canary-in-env-headers": never,
	"canary-in-password":    never,
}

const never = anon.DiscloseAll + 1

func TestDisclosure(t *testing.T) {
	for _, disclosure := range []anon.Disclosure{anon.DiscloseAnonymous, anon.DiscloseDeclared, anon.DiscloseAll} {
		t.Run(disclosure.String(), func(t *testing.T) {
			r := plant(t, disclosure)
			for word, least := range places {
				if disclosure >= least {
					mustHave(t, r, word)
				} else {
					mustLack(t, r, word)
				}
			}
			if disclosure < anon.DiscloseAll {
				mustLack(t, r, strconv.Itoa(canaryInt), strconv.FormatFloat(canaryFloat, 'g', -1, 64))
			}
			if disclosure < anon.DiscloseDeclared {
				mustLack(t, r, "canary")
			}
			for _, rec := range r.taken() {
				if want := map[string][]string{"Content-Type": {contentType}}; !cmp.Equal(want, map[string][]string(rec.header)) {
					t.Errorf("headers %v in the spool", rec.header)
				}
			}
		})
	}
}

// What is declared arrives under its own keys, and nothing beside it.
func TestDeclaredAttributes(t *testing.T) {
	for disclosure, want := range map[anon.Disclosure][]string{
		anon.DiscloseAnonymous: {
			"destination_name", "elapsed", "pipeline_name_hash", "success", "transaction_id",
		},
		anon.DiscloseDeclared: {"destination.name", "pipeline.name", "records.written"},
		anon.DiscloseAll:      {"destination.name", "note", "pipeline.name", "records.written"},
	} {
		r := recorded(t, disclosure, func(p *sdktrace.TracerProvider) {
			_, span := p.Tracer("").Start(context.Background(), "load", trace.WithAttributes(
				anon.DestinationName.String("duckdb"), anon.PipelineName.String("chess"),
				anon.RecordsWritten.Int(42), attribute.String("note", "x"),
			))
			span.End()
		})
		got := slices.Sorted(maps.Keys(values(r.span(t, "load").Attributes)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", disclosure, diff)
		}
	}
}

// Spans that the host's sampler left out are not sent.
func TestUnsampled(t *testing.T) {
	r := new(recorder)
	p := provider(t, setup(t, r, r.report), sdktrace.WithSampler(recordOnly{}))
	_, span := p.Tracer("").Start(context.Background(), "load")
	span.End()
	if err := p.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := r.taken(); len(got) != 0 {
		t.Errorf("%d requests", len(got))
	}
}

// recordOnly makes spans that reach processors and are not sampled.
type recordOnly struct{}

func (recordOnly) Description() string { return "recordOnly" }

func (recordOnly) ShouldSample(sdktrace.SamplingParameters) sdktrace.SamplingResult {
	return sdktrace.SamplingResult{Decision: sdktrace.RecordOnly}
}
