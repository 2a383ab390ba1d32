package anon_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/anon/anontest"
)

// everything is all that a span shows, as one text.
func everything(s sdktrace.ReadOnlySpan) string {
	return fmt.Sprint(s.Name(), s.SpanContext().TraceState(), s.Parent().TraceState(), s.Attributes(), s.Events(), s.Links(),
		s.Status(), s.InstrumentationScope(), s.Resource(), s.SpanKind(), s.StartTime(), s.EndTime())
}

func mustCompile(t testing.TB, s anon.Schema) *anon.Policy {
	t.Helper()
	p, err := s.Compile()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func fixedHasher() *anon.Hasher {
	return anon.NewHasher(func() []byte { return []byte("0123456789abcdef0123456789abcdef") })
}

// TestScrubberCanaries states for each disclosure in which places a canary may
// be seen afterwards.
func TestScrubberCanaries(t *testing.T) {
	policy := mustCompile(t, anon.Pipeline())
	operator := []string{anontest.SpanName, anontest.EventName, anontest.ExceptionMessage, anontest.ExceptionStack}
	for _, tt := range []struct {
		disclosure anon.Disclosure
		allowed    []string
	}{
		{anon.DiscloseAnonymous, nil},
		{anon.DiscloseDeclared, operator},
	} {
		for _, name := range []string{"", "load", "run"} {
			t.Run(tt.disclosure.String()+"/"+name, func(t *testing.T) {
				raw, canaries := anontest.Span(name, anon.PipelineName.String("chess"))
				s := &anon.Scrubber{Policy: policy, Disclosure: tt.disclosure, Hasher: fixedHasher()}
				for _, c := range anontest.Found([]byte(everything(s.Span(raw))), canaries) {
					if !slices.Contains(tt.allowed, c.Place) {
						t.Errorf("the canary of %q is seen", c.Place)
					}
				}
			})
		}
	}
}

func TestScrubberDisclosesAll(t *testing.T) {
	raw, canaries := anontest.Span("load")
	s := &anon.Scrubber{Policy: mustCompile(t, anon.Pipeline()), Disclosure: anon.DiscloseAll,
		Resource: resource.NewSchemaless(attribute.String("service.name", "tool"))}
	text := everything(s.Span(raw))
	if found := anontest.Found([]byte(text), canaries); len(found) != len(canaries) {
		t.Errorf("canaries are missing: found %v of %v", found, canaries)
	}
	if !strings.Contains(text, "service.name=tool") {
		t.Error("our own resource is missing")
	}
}

func TestScrubberDisclosesDeclared(t *testing.T) {
	raw, _ := anontest.Span("load", anon.PipelineName.String("chess"), anon.RecordsWritten.Int(3),
		anon.DestinationName.Int(7), attribute.String("pipeline.name.other", "x"))
	s := &anon.Scrubber{Policy: mustCompile(t, anon.Pipeline()), Disclosure: anon.DiscloseDeclared}
	got := s.Span(raw).Attributes()
	want := []attribute.KeyValue{anon.PipelineName.String("chess"), anon.RecordsWritten.Int(3)}
	if gotSet, wantSet := attribute.NewSet(got...), attribute.NewSet(want...); !gotSet.Equals(&wantSet) {
		t.Errorf("got %v, want %v: a value of another type than declared must not pass", got, want)
	}
}

func TestScrubberDisclosesAnonymousValues(t *testing.T) {
	raw, _ := anontest.Span("load", anon.PipelineName.String("chess"), anon.DestinationName.String("my own warehouse"))
	s := &anon.Scrubber{Policy: mustCompile(t, anon.Pipeline()), Hasher: fixedHasher()}
	set := attribute.NewSet(s.Span(raw).Attributes()...)
	if v, _ := set.Value("destination_name"); v.AsString() != "other" {
		t.Errorf("destination_name = %q", v.AsString())
	}
	if v, _ := set.Value("pipeline_name_hash"); len(v.AsString()) != 20 {
		t.Errorf("pipeline_name_hash = %q", v.AsString())
	}
	if set.HasValue("pipeline.name") {
		t.Error("the name itself is there")
	}
}

func TestScrubberMasksExceptions(t *testing.T) {
	raw, _ := anontest.Span("load")
	s := &anon.Scrubber{Policy: mustCompile(t, anon.Pipeline()), Disclosure: anon.DiscloseDeclared}
	events := s.Span(raw).Events()
	if len(events) != 2 || events[1].Name != "exception" || len(events[1].Attributes) != 3 {
		t.Fatalf("events: %v", events)
	}
	if len(events[0].Attributes) != 0 {
		t.Errorf("an event that is no exception has attributes: %v", events[0].Attributes)
	}
}

func TestZeroScrubberShowsNothing(t *testing.T) {
	raw, canaries := anontest.Span("load", anon.PipelineName.String("chess"))
	text := everything(new(anon.Scrubber).Span(raw))
	if found := anontest.Found([]byte(text), canaries); len(found) > 0 || strings.Contains(text, "chess") || strings.Contains(text, "load") {
		t.Errorf("the zero Scrubber shows %v in %s", found, text)
	}
}

// TestReadOnlySpanIsTheOneWeKnow fails when the SDK adds a method: somebody has
// to decide whether a scrubbed span lets it through.
func TestReadOnlySpanIsTheOneWeKnow(t *testing.T) {
	known := []string{
		"Attributes", "ChildSpanCount", "DroppedAttributes", "DroppedEvents", "DroppedLinks", "EndTime", "Events",
		"InstrumentationLibrary", "InstrumentationScope", "Links", "Name", "Parent", "Resource", "SpanContext",
		"SpanKind", "StartTime", "Status", "private",
	}
	typ := reflect.TypeFor[sdktrace.ReadOnlySpan]()
	var methods []string
	for i := range typ.NumMethod() {
		methods = append(methods, typ.Method(i).Name)
	}
	slices.Sort(methods)
	slices.Sort(known)
	if !slices.Equal(methods, known) {
		t.Errorf("methods of ReadOnlySpan: %v\nknown: %v", methods, known)
	}
}

// TestAttributeTypesAreTheOnesWeKnow fails when attributes get another type.
func TestAttributeTypesAreTheOnesWeKnow(t *testing.T) {
	for typ := attribute.EMPTY; typ <= attribute.MAP; typ++ {
		if strings.HasPrefix(typ.String(), "Type(") {
			t.Errorf("type %d has no name", typ)
		}
	}
	if name := (attribute.MAP + 1).String(); !strings.HasPrefix(name, "Type(") {
		t.Errorf("there is a new attribute type %s: plant a canary of it in anontest", name)
	}
}

// TestScrubbedSpanKeepsWhatIsNoSecret pins what must survive for a trace to be
// of use.
func TestScrubbedSpanKeepsWhatIsNoSecret(t *testing.T) {
	raw, _ := anontest.Span("load")
	got := (&anon.Scrubber{Policy: mustCompile(t, anon.Pipeline()), Disclosure: anon.DiscloseDeclared}).Span(raw)
	switch {
	case got.SpanContext().TraceID() != raw.SpanContext().TraceID(),
		got.SpanContext().SpanID() != raw.SpanContext().SpanID(),
		got.Parent().SpanID() != raw.Parent().SpanID(),
		got.SpanContext().IsSampled() != raw.SpanContext().IsSampled():
		t.Error("the ids changed")
	case !got.StartTime().Equal(raw.StartTime()), !got.EndTime().Equal(raw.EndTime()):
		t.Error("the times changed")
	case got.Status().Code != raw.Status().Code, got.SpanKind() != raw.SpanKind():
		t.Error("status or kind changed")
	case len(got.Links()) != 1 || got.Links()[0].SpanContext.SpanID() != raw.Links()[0].SpanContext.SpanID():
		t.Error("the link is gone")
	case got.InstrumentationScope().Name != "scope":
		t.Error("the scope's name is gone")
	}
}

// TestSecretsAreMaskedEvenWhenAllIsDisclosed plants one in each text that may
// hold an error.
func TestSecretsAreMaskedEvenWhenAllIsDisclosed(t *testing.T) {
	secret := "hunter2hunter2"
	text := "dial postgres://alice:" + secret + "@db.example.com/x"
	span := tracetest.SpanStub{
		Name:   "load",
		Status: sdktrace.Status{Code: codes.Error, Description: text},
		Events: []sdktrace.Event{{Name: "exception", Attributes: []attribute.KeyValue{
			attribute.String("exception.message", text),
			attribute.String("exception.stacktrace", text),
			anon.ChainKey.String(`[{"type":"x","value":"` + text + `","parent":-1}]`),
		}}},
	}
	s := &anon.Scrubber{Policy: mustCompile(t, anon.Pipeline()), Disclosure: anon.DiscloseAll, Chains: true}
	got := everything(s.Span(span.Snapshot()))
	if strings.Contains(got, secret) || strings.Count(got, "[masked]") != 4 {
		t.Errorf("%s", got)
	}
}

// TestHugeTextsAreCut: one error must not fill a spool.
func TestHugeTextsAreCut(t *testing.T) {
	huge := strings.Repeat("x", 10<<20)
	span := tracetest.SpanStub{Name: "load", Events: []sdktrace.Event{{Name: "exception", Attributes: []attribute.KeyValue{
		attribute.String("exception.message", huge),
	}}}}
	s := &anon.Scrubber{Policy: mustCompile(t, anon.Pipeline()), Disclosure: anon.DiscloseDeclared}
	if n := len(everything(s.Span(span.Snapshot()))); n > 64<<10 {
		t.Errorf("%d bytes are left", n)
	}
}
