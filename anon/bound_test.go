package anon_test

import (
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/otelbridge/otelbridge-go/anon"
)

// scrubbed is a span as an operator's endpoint sees it.
func scrubbed(t testing.TB, d anon.Disclosure, span tracetest.SpanStub) sdktrace.ReadOnlySpan {
	s := &anon.Scrubber{Policy: mustCompile(t, anon.Pipeline()), Disclosure: d, Chains: true}
	return s.Span(span.Snapshot())
}

// TestSecretsInNamesAreMasked: names are the host's free text too, and the class
// of an error is what the error calls itself.
func TestSecretsInNamesAreMasked(t *testing.T) {
	const text = "dial postgres://alice:hunter2hunter2@db.example.com/x"
	const want = "dial postgres://[masked]@db.example.com/x"
	for _, d := range []anon.Disclosure{anon.DiscloseDeclared, anon.DiscloseAll} {
		got := scrubbed(t, d, tracetest.SpanStub{
			Name:       text,
			Events:     []sdktrace.Event{{Name: text}},
			Attributes: []attribute.KeyValue{anon.ErrorType.String(text)},
		})
		if got.Name() != want || got.Events()[0].Name != want || got.Attributes()[0] != anon.ErrorType.String(want) {
			t.Errorf("%s shows %s", d, everything(got))
		}
	}
}

// TestNothingHugeLeaves: the SDK bounds the values of a span's own attributes
// alone.
func TestNothingHugeLeaves(t *testing.T) {
	huge := strings.Repeat("x", 1<<20)
	attrs := []attribute.KeyValue{
		attribute.String("text", huge), attribute.Bool("bool", true), attribute.StringSlice("short", []string{"a"}),
		attribute.StringSlice("long", slices.Repeat([]string{"abcdefgh"}, 10_000)), attribute.Map("map", attribute.String("k", huge)),
	}
	got := scrubbed(t, anon.DiscloseAll, tracetest.SpanStub{
		Name:       huge,
		Attributes: attrs,
		Status:     sdktrace.Status{Code: codes.Error, Description: huge},
		Events: []sdktrace.Event{
			{Name: huge, Attributes: attrs, DroppedAttributeCount: 1},
			{Name: "exception", Attributes: append([]attribute.KeyValue{attribute.String("exception.type", huge)}, attrs...)},
		},
		Links:                []sdktrace.Link{{Attributes: attrs, DroppedAttributeCount: 1}},
		InstrumentationScope: instrumentation.Scope{Name: huge, Version: huge},
	})
	if n := len(everything(got)); n > 256<<10 {
		t.Errorf("%d bytes are left", n)
	}
	if len(got.Name()) != 1<<10 || len(got.Events()[0].Name) != 1<<10 || len(got.InstrumentationScope().Name) != 1<<10 {
		t.Error("a name is not of the length it may have")
	}
	if e, l := got.Events()[0], got.Links()[0]; got.DroppedAttributes() != 2 || e.DroppedAttributeCount != 3 || l.DroppedAttributeCount != 3 {
		t.Errorf("%d, %d and %d attributes are told lost", got.DroppedAttributes(), e.DroppedAttributeCount, l.DroppedAttributeCount)
	}
	for _, kept := range [][]attribute.KeyValue{got.Attributes(), got.Events()[0].Attributes, got.Links()[0].Attributes, got.Events()[1].Attributes[1:]} {
		set := attribute.NewSet(kept...)
		if text, _ := set.Value("text"); len(kept) != 3 || len(text.AsString()) != 16<<10 {
			t.Errorf("%d attributes, one of %d bytes", len(kept), len(text.AsString()))
		}
	}
	if len(attrs[0].Value.AsString()) != len(huge) {
		t.Error("the host's own attributes were changed")
	}
}

// TestOnlyAChainIsAChain: an empty one says that the error was told before.
func TestOnlyAChainIsAChain(t *testing.T) {
	long := `[{"type":"x","value":"` + strings.Repeat("x", 1<<20) + `"}]`
	for chain, want := range map[string]string{
		"": "", "not JSON": "none", "{}": "none", long: "none",
		`[{"type":"x","value":"token=hunter2hunter2"}]`: `[{"type":"x","value":"token=[masked]"}]`,
	} {
		got := scrubbed(t, anon.DiscloseDeclared, tracetest.SpanStub{Events: []sdktrace.Event{{
			Name: "exception", Attributes: []attribute.KeyValue{attribute.String("exception.type", "x"), anon.ChainKey.String(chain)},
		}}})
		set := attribute.NewSet(got.Events()[0].Attributes...)
		text := "none"
		if v, ok := set.Value(anon.ChainKey); ok {
			text = v.AsString()
		}
		if text != want {
			t.Errorf("%.20s... became %q", chain, text)
		}
	}
}

// TestATextIsMaskedBeforeItIsCut: a secret that the cut tears is none that Mask
// could know.
func TestATextIsMaskedBeforeItIsCut(t *testing.T) {
	for n := 32<<10 - 40; n < 32<<10; n++ {
		text := strings.Repeat("x", n) + " postgres://etl:hunter2secret@db.example.com/sales"
		got := scrubbed(t, anon.DiscloseDeclared, tracetest.SpanStub{Events: []sdktrace.Event{{
			Name: "exception", Attributes: []attribute.KeyValue{attribute.String("exception.message", text)},
		}}})
		if left := got.Events()[0].Attributes[0].Value.AsString(); strings.Contains(left, "hunter2") || len(left) > 32<<10 {
			t.Fatalf("%d bytes, the last are %q", len(left), left[len(left)-40:])
		}
	}
}
