package otlp

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/otelbridge/otelbridge-go/anon"
)

var (
	began = time.Date(2026, 3, 4, 5, 6, 7, 8, time.UTC)
	ended = began.Add(1500 * time.Millisecond)
)

func TestTree(t *testing.T) {
	var runContext trace.SpanContext
	r := recorded(t, anon.DiscloseDeclared, func(p *sdktrace.TracerProvider) {
		tracer := p.Tracer("github.com/example/chess", trace.WithInstrumentationVersion("1.2.3"))
		ctx, run := tracer.Start(context.Background(), "run", trace.WithTimestamp(began))
		_, load := tracer.Start(ctx, "load", trace.WithSpanKind(trace.SpanKindClient), trace.WithTimestamp(began))
		load.SetStatus(codes.Error, "told by its exception")
		load.End(trace.WithTimestamp(ended))
		run.SetStatus(codes.Ok, "")
		run.End(trace.WithTimestamp(ended))
		runContext = run.SpanContext()
	})

	groups := r.groups(t)
	if len(groups) != 1 || len(groups[0].ScopeSpans) != 1 {
		t.Fatalf("%d resources, want one of one scope", len(groups))
	}
	if scope := groups[0].ScopeSpans[0].Scope; scope.Name != "github.com/example/chess" || scope.Version != "1.2.3" {
		t.Errorf("scope %v", scope)
	}
	if got := values(groups[0].Resource.Attributes)["service.name"].GetStringValue(); got != "chess" {
		t.Errorf("service.name %q", got)
	}

	run, load := r.span(t, "run"), r.span(t, "load")
	if got, want := trace.TraceID(run.TraceId), runContext.TraceID(); got != want {
		t.Errorf("trace id %s, want %s", got, want)
	}
	if diff := cmp.Diff(run.TraceId, load.TraceId); diff != "" {
		t.Errorf("trace ids differ:\n%s", diff)
	}
	if len(run.ParentSpanId) != 0 {
		t.Errorf("the run has the parent %x", run.ParentSpanId)
	}
	if diff := cmp.Diff(run.SpanId, load.ParentSpanId); diff != "" {
		t.Errorf("the load's parent is not the run:\n%s", diff)
	}
	if run.Status.Code != tracepb.Status_STATUS_CODE_OK || load.Status.Code != tracepb.Status_STATUS_CODE_ERROR {
		t.Errorf("status %v and %v", run.Status, load.Status)
	}
	if run.Kind != tracepb.Span_SPAN_KIND_INTERNAL || load.Kind != tracepb.Span_SPAN_KIND_CLIENT {
		t.Errorf("kind %v and %v", run.Kind, load.Kind)
	}
	if load.StartTimeUnixNano != uint64(began.UnixNano()) || load.EndTimeUnixNano != uint64(ended.UnixNano()) {
		t.Errorf("from %d to %d", load.StartTimeUnixNano, load.EndTimeUnixNano)
	}
}

func TestException(t *testing.T) {
	r := recorded(t, anon.DiscloseDeclared, func(p *sdktrace.TracerProvider) {
		_, span := p.Tracer("").Start(context.Background(), "load")
		span.RecordError(errors.New("dial postgres://loader:canary@db.example/games: refused"),
			trace.WithStackTrace(true), trace.WithTimestamp(ended),
			trace.WithAttributes(attribute.String("sql", "canary"), anon.ChainKey.String("canary")))
		span.End()
	})
	events := r.span(t, "load").Events
	if len(events) != 1 || events[0].Name != "exception" || events[0].TimeUnixNano != uint64(ended.UnixNano()) {
		t.Fatalf("events %v", events)
	}
	got := values(events[0].Attributes)
	if got["exception.type"].GetStringValue() != "*errors.errorString" {
		t.Errorf("type %v", got["exception.type"])
	}
	message := got["exception.message"].GetStringValue()
	if want := anon.Mask("dial postgres://loader:canary@db.example/games: refused"); message != want {
		t.Errorf("message %q, want %q", message, want)
	}
	if got["exception.stacktrace"].GetStringValue() == "" {
		t.Error("no stack")
	}
	if len(got) != 3 {
		t.Errorf("more than an exception: %v", got)
	}
	mustLack(t, r, "canary")
}

// Every type of attribute arrives as what it is.
func TestAttributeTypes(t *testing.T) {
	r := recorded(t, anon.DiscloseAll, func(p *sdktrace.TracerProvider) {
		_, span := p.Tracer("").Start(context.Background(), "load")
		span.SetAttributes(everyType("key.")...)
		span.End()
	})
	got := values(r.span(t, "load").Attributes)
	for key, ok := range map[string]bool{
		"key.EMPTY":        got["key.EMPTY"].GetValue() == nil,
		"key.BOOL":         got["key.BOOL"].GetBoolValue(),
		"key.INT64":        got["key.INT64"].GetIntValue() == canaryInt,
		"key.FLOAT64":      got["key.FLOAT64"].GetDoubleValue() == canaryFloat,
		"key.STRING":       got["key.STRING"].GetStringValue() == "canary",
		"key.BOOLSLICE":    elements(got["key.BOOLSLICE"])[0].GetBoolValue(),
		"key.INT64SLICE":   elements(got["key.INT64SLICE"])[0].GetIntValue() == canaryInt,
		"key.FLOAT64SLICE": elements(got["key.FLOAT64SLICE"])[0].GetDoubleValue() == canaryFloat,
		"key.STRINGSLICE":  elements(got["key.STRINGSLICE"])[0].GetStringValue() == "canary",
		"key.BYTESLICE":    string(got["key.BYTESLICE"].GetBytesValue()) == "canary",
		"key.SLICE":        elements(got["key.SLICE"])[0].GetStringValue() == "canary",
		"key.MAP":          values(got["key.MAP"].GetKvlistValue().GetValues())["canary"].GetStringValue() == "canary",
	} {
		if _, arrived := got[key]; !arrived || !ok {
			t.Errorf("%s arrived as %v", key, got[key])
		}
	}
}

const (
	canaryInt   = 7236598123
	canaryFloat = math.Pi * 1e9
)

// everyType has an attribute of each type, told by prefix and the type's name.
func everyType(prefix string) []attribute.KeyValue {
	all := map[attribute.Type]attribute.Value{
		attribute.EMPTY:        {},
		attribute.BOOL:         attribute.BoolValue(true),
		attribute.INT64:        attribute.Int64Value(canaryInt),
		attribute.FLOAT64:      attribute.Float64Value(canaryFloat),
		attribute.STRING:       attribute.StringValue("canary"),
		attribute.BOOLSLICE:    attribute.BoolSliceValue([]bool{true}),
		attribute.INT64SLICE:   attribute.Int64SliceValue([]int64{canaryInt}),
		attribute.FLOAT64SLICE: attribute.Float64SliceValue([]float64{canaryFloat}),
		attribute.STRINGSLICE:  attribute.StringSliceValue([]string{"canary"}),
		attribute.BYTESLICE:    attribute.ByteSliceValue([]byte("canary")),
		attribute.SLICE:        attribute.SliceValue(attribute.StringValue("canary")),
		attribute.MAP:          attribute.MapValue(attribute.String("canary", "canary")),
	}
	var attrs []attribute.KeyValue
	for typ := attribute.EMPTY; typ <= attribute.MAP; typ++ {
		attrs = append(attrs, attribute.KeyValue{Key: attribute.Key(prefix + typ.String()), Value: all[typ]})
	}
	return attrs
}

// A type that a later version of OpenTelemetry adds belongs into everyType.
func TestEveryTypeIsKnown(t *testing.T) {
	if next := attribute.MAP + 1; next.String() != "Type(12)" {
		t.Errorf("there is a type %s", next)
	}
}

// elements never has fewer than one.
func elements(v *commonpb.AnyValue) []*commonpb.AnyValue {
	return append(v.GetArrayValue().GetValues(), nil)
}

// Text that is not UTF-8 must not cost the batch it is in: OpenTelemetry's own
// encoding fails with it.
func TestBrokenText(t *testing.T) {
	r := recorded(t, anon.DiscloseDeclared, func(p *sdktrace.TracerProvider) {
		end(p, "before")
		_, span := p.Tracer("lib").Start(context.Background(), "bro\xffken", trace.WithAttributes(anon.PipelineName.String("\xc0")))
		span.End()
		end(p, "after")
	})
	if got := len(r.spans(t)); got != 3 {
		t.Fatalf("%d spans arrived, want 3", got)
	}
	if got := values(r.span(t, "bro\uFFFDken").Attributes)["pipeline.name"].GetStringValue(); got != "\uFFFD" {
		t.Errorf("pipeline.name is %q", got)
	}
}

// Spans of one resource are one group, however their libraries take turns.
func TestGroups(t *testing.T) {
	r := recorded(t, anon.DiscloseDeclared, func(p *sdktrace.TracerProvider) {
		for i := range 6 {
			_, span := p.Tracer([]string{"a", "b"}[i%2]).Start(context.Background(), "load")
			span.End()
		}
	})
	groups := r.groups(t)
	if len(groups) != 1 || len(groups[0].ScopeSpans) != 2 {
		t.Fatalf("groups %v", groups)
	}
	for i, name := range []string{"a", "b"} {
		if scope := groups[0].ScopeSpans[i]; scope.Scope.Name != name || len(scope.Spans) != 3 {
			t.Errorf("%d spans of %s", len(scope.Spans), scope.Scope.Name)
		}
	}
}

// A later request has nothing of the libraries of an earlier one.
func TestNoScopeIsEmpty(t *testing.T) {
	r := recorded(t, anon.DiscloseDeclared, func(p *sdktrace.TracerProvider) {
		for _, name := range []string{"a", "b", "c"} {
			_, s := p.Tracer("lib-"+name).Start(context.Background(), name)
			s.End()
			_ = p.ForceFlush(context.Background())
		}
	})
	for i, group := range r.groups(t) {
		if len(group.ScopeSpans) != 1 || len(group.ScopeSpans[0].Spans) != 1 {
			t.Errorf("request %d: %v", i, group.ScopeSpans)
		}
	}
}

// What the host does with its own slices once a span ended is not seen.
func TestASpanThatEndedIsCopied(t *testing.T) {
	attrs := func(text string) []attribute.KeyValue { return []attribute.KeyValue{attribute.String("k", text)} }
	at, inLink, inEvent, inLate := attrs("mine"), attrs("mine"), attrs("mine"), attrs("mine")
	other := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{1}})
	r := recorded(t, anon.DiscloseAll, func(p *sdktrace.TracerProvider) {
		_, s := p.Tracer("x").Start(context.Background(), "load", trace.WithAttributes(at...),
			trace.WithLinks(trace.Link{SpanContext: other, Attributes: inLink}))
		s.AddLink(trace.Link{SpanContext: other, Attributes: inLate})
		s.AddEvent("e", trace.WithAttributes(inEvent...))
		s.End()
		for _, reused := range [][]attribute.KeyValue{at, inLink, inEvent, inLate} {
			reused[0] = attribute.String("k", "the next one's")
		}
	})
	load := r.span(t, "load")
	for _, got := range [][]*commonpb.KeyValue{load.Attributes, load.Events[0].Attributes, load.Links[0].Attributes, load.Links[1].Attributes} {
		if text := values(got)["k"].GetStringValue(); text != "mine" {
			t.Errorf("%q in %v", text, got)
		}
	}
}
