package otlpwire

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
)

// theirs is a span as OpenTelemetry's exporter would send it.
func theirs(t *testing.T, s sdktrace.ReadOnlySpan) *tracepb.ResourceSpans {
	t.Helper()
	var caught catcher
	if err := otlptrace.NewUnstarted(&caught).ExportSpans(t.Context(), []sdktrace.ReadOnlySpan{s}); err != nil {
		t.Fatal(err)
	}
	return caught.spans[0]
}

// catcher is a client that keeps what it should upload.
type catcher struct{ spans []*tracepb.ResourceSpans }

func (c *catcher) Start(context.Context) error { return nil }
func (c *catcher) Stop(context.Context) error  { return nil }
func (c *catcher) UploadTraces(_ context.Context, spans []*tracepb.ResourceSpans) error {
	c.spans = spans
	return nil
}

// ours is a span as it is written here, read back.
func ours(t *testing.T, s sdktrace.ReadOnlySpan) *tracepb.ResourceSpans {
	t.Helper()
	from := Resource{Attributes: s.Resource().Attributes(), SchemaURL: s.Resource().SchemaURL()}
	body := AppendRequest(nil, from, Scope{Scope: s.InstrumentationScope(), Spans: AppendSpan(nil, s)})
	data := new(tracepb.TracesData)
	if err := proto.Unmarshal(body, data); err != nil {
		t.Fatal(err)
	}
	return data.ResourceSpans[0]
}

func spanContext(id byte, remote bool) trace.SpanContext {
	state, _ := trace.ParseTraceState("vendor=value")
	return trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1, 15: id}, SpanID: trace.SpanID{2, 7: id},
		TraceFlags: trace.FlagsSampled, TraceState: state, Remote: remote,
	})
}

var everyValue = []attribute.KeyValue{
	attribute.String("string", "ä"), attribute.String("empty", ""), attribute.String("", "no key"),
	attribute.Bool("yes", true), attribute.Bool("no", false),
	attribute.Int64("zero", 0), attribute.Int64("least", math.MinInt64), attribute.Int64("most", math.MaxInt64),
	attribute.Float64("float", -1.5), attribute.Float64("none", 0), attribute.Float64("endless", math.Inf(1)),
	attribute.StringSlice("strings", []string{"a", ""}), attribute.StringSlice("no strings", nil),
	attribute.BoolSlice("bools", []bool{true, false}), attribute.Int64Slice("ints", []int64{-1, 0}),
	attribute.Float64Slice("floats", []float64{0, 2.5}),
	{Key: "bytes", Value: attribute.ByteSliceValue([]byte{0, 0xff})},
	{Key: "nothing"},
	{Key: "mixed", Value: attribute.SliceValue(attribute.StringValue("a"), attribute.Int64Value(1), attribute.Value{})},
	{Key: "map", Value: attribute.MapValue(attribute.Int("a", 1), attribute.String("b", strings.Repeat("x", 300)))},
}

var spans = map[string]tracetest.SpanStub{
	"nothing known": {},
	"everything": {
		Name: "load", SpanKind: trace.SpanKindConsumer,
		SpanContext: spanContext(1, false), Parent: spanContext(2, true),
		StartTime: time.Unix(1700000000, 1), EndTime: time.Unix(1700000001, 2),
		Attributes: everyValue, DroppedAttributes: 3, DroppedEvents: 4, DroppedLinks: 5,
		Events: []sdktrace.Event{
			{Name: "exception", Time: time.Unix(1700000000, 5), Attributes: everyValue, DroppedAttributeCount: 6},
			{},
		},
		Links: []sdktrace.Link{
			{SpanContext: spanContext(3, true), Attributes: everyValue, DroppedAttributeCount: 7},
			{SpanContext: spanContext(4, false)},
		},
		Status:               sdktrace.Status{Code: codes.Error, Description: "it failed"},
		Resource:             resource.NewWithAttributes("https://schema.example/1", attribute.String("service.name", "chess")),
		InstrumentationScope: instrumentation.Scope{Name: "lib", Version: "1", SchemaURL: "https://schema.example/2", Attributes: attribute.NewSet(attribute.Int("a", 1))},
	},
	"well":             {Status: sdktrace.Status{Code: codes.Ok}, SpanKind: trace.SpanKindInternal, Parent: spanContext(2, false)},
	"before 1970":      {StartTime: time.Unix(-5, 0), EndTime: time.Unix(-4, 0), SpanKind: trace.SpanKindServer},
	"kind and numbers": {SpanKind: trace.SpanKind(99), DroppedAttributes: -1, DroppedLinks: math.MaxInt},
	"client":           {SpanKind: trace.SpanKindClient},
	"producer":         {SpanKind: trace.SpanKindProducer},
}

// What is written is what OpenTelemetry's own exporter makes of a span. A status and
// a resource that say nothing may be there or not.
func TestLikeOpenTelemetry(t *testing.T) {
	for name, stub := range spans {
		t.Run(name, func(t *testing.T) {
			s := stub.Snapshot()
			want, got := theirs(t, s), ours(t, s)
			if want.Resource == nil {
				want.Resource = got.Resource
			}
			if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
				t.Errorf("(-OpenTelemetry's +ours)\n%s", diff)
			}
		})
	}
}

// A receiver refuses a whole request for one string that is not UTF-8.
func TestStringsAreUTF8(t *testing.T) {
	broken := "a\xffb"
	s := tracetest.SpanStub{
		Name: broken, Status: sdktrace.Status{Code: codes.Error, Description: broken},
		Attributes: []attribute.KeyValue{attribute.String(broken, broken), attribute.StringSlice("list", []string{broken})},
		Events:     []sdktrace.Event{{Name: broken}},
		Resource:   resource.NewWithAttributes(broken, attribute.String("service.name", broken)), InstrumentationScope: instrumentation.Scope{Name: broken},
	}.Snapshot()
	group := ours(t, s)
	span := group.ScopeSpans[0].Spans[0]
	for _, got := range []string{
		span.Name, span.Status.Message, span.Attributes[0].Key, span.Attributes[0].Value.GetStringValue(),
		span.Attributes[1].Value.GetArrayValue().Values[0].GetStringValue(), span.Events[0].Name,
		group.SchemaUrl, group.Resource.Attributes[0].Value.GetStringValue(), group.ScopeSpans[0].Scope.Name,
	} {
		if got != "a\uFFFDb" {
			t.Errorf("got %q", got)
		}
	}
}

func TestNothingIsAllocated(t *testing.T) {
	stub := spans["everything"]
	stub.Attributes, stub.Links = everyValue[:11], nil
	stub.Events = []sdktrace.Event{{Name: "retry", Attributes: everyValue[:11]}}
	stub.SpanContext = stub.SpanContext.WithTraceState(trace.TraceState{})
	s := stub.Snapshot()
	buf := AppendSpan(nil, s)
	if n := testing.AllocsPerRun(100, func() { buf = AppendSpan(buf[:0], s) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzString checks that whatever text comes in, a receiver can read what goes out.
func FuzzString(f *testing.F) {
	f.Add("load", "\xff\xc0\x80", 1)
	f.Fuzz(func(t *testing.T, name, text string, n int) {
		s := tracetest.SpanStub{Name: name, DroppedEvents: n, Attributes: []attribute.KeyValue{
			attribute.String(name, text), attribute.Int(text, n), {Key: "bytes", Value: attribute.ByteSliceValue([]byte(text))},
		}}.Snapshot()
		got := ours(t, s).ScopeSpans[0].Spans[0]
		if want := strings.ToValidUTF8(name, "\uFFFD"); got.Name != want || got.Attributes[0].Key != want {
			t.Errorf("%q became %q", name, got.Name)
		}
		if string(got.Attributes[2].Value.GetBytesValue()) != text || got.Attributes[1].Value.GetIntValue() != int64(n) {
			t.Errorf("%q, %d became %v", text, n, got.Attributes)
		}
	})
}

func BenchmarkAppendSpan(b *testing.B) {
	s := spans["everything"].Snapshot()
	b.ReportAllocs()
	var buf []byte
	for b.Loop() {
		buf = AppendSpan(buf[:0], s)
	}
}
