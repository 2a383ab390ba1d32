package anontest

import (
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

// Canary is a text that must not be seen where it does not belong.
type Canary struct {
	// Place says where in the span it was planted.
	Place string
	// Text is what to look for.
	Text string
}

// Places where Span plants canaries, other than attributes of the schema.
const (
	SpanName         = "span name"
	EventName        = "event name"
	EventAttribute   = "event attribute"
	ExceptionMessage = "exception message"
	ExceptionStack   = "exception stack"
	ExceptionOther   = "exception attribute"
	StatusText       = "status text"
	LinkAttribute    = "link attribute"
	LinkState        = "link trace state"
	TraceState       = "trace state"
	ParentState      = "parent trace state"
	ResourceValue    = "resource"
	ScopeAttribute   = "scope attribute"
	Undeclared       = "undeclared attribute" // followed by its type
)

// Span returns an ended span called name with the given attributes, and with a
// canary of its own in every other place: an undeclared attribute of every
// type, events, an exception, status text, links, trace states, resource and
// scope. With an empty name the span's name is a canary as well.
func Span(name string, attrs ...attribute.KeyValue) (sdktrace.ReadOnlySpan, []Canary) {
	p := &planter{}
	if name == "" {
		name = p.plant(SpanName)
	}
	start := time.Now().Add(-time.Second)
	span := tracetest.SpanStub{
		Name:        name,
		SpanContext: p.context(TraceState, 1),
		Parent:      p.context(ParentState, 2),
		SpanKind:    trace.SpanKindInternal,
		StartTime:   start,
		EndTime:     start.Add(time.Second),
		Attributes:  append(p.attributes(), attrs...),
		Events:      p.events(start),
		Links:       p.links(),
		Status:      sdktrace.Status{Code: codes.Error, Description: p.plant(StatusText)},
		Resource:    resource.NewSchemaless(attribute.String("user.email", p.plant(ResourceValue))),
		InstrumentationScope: instrumentation.Scope{
			Name:       "scope",
			Attributes: attribute.NewSet(attribute.String("path", p.plant(ScopeAttribute))),
		},
	}
	return span.Snapshot(), p.planted
}

type planter struct{ planted []Canary }

func (p *planter) plant(place string) string {
	text := fmt.Sprintf("canary%02dhidden", len(p.planted))
	p.planted = append(p.planted, Canary{place, text})
	return text
}

func (p *planter) context(place string, n byte) trace.SpanContext {
	state, _ := trace.ParseTraceState("vendor=" + p.plant(place))
	return trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{n}, TraceFlags: trace.FlagsSampled, TraceState: state,
	})
}

// attributes has one of every type that an attribute can have.
func (p *planter) attributes() []attribute.KeyValue {
	at := func(kind string) string { return p.plant(Undeclared + " " + kind) }
	return []attribute.KeyValue{
		attribute.String("undeclared.string", at("STRING")),
		attribute.Bool(at("BOOL"), true),
		attribute.Int(at("INT64"), 1),
		attribute.Float64(at("FLOAT64"), 1.5),
		attribute.BoolSlice(at("BOOLSLICE"), []bool{true}),
		attribute.IntSlice(at("INT64SLICE"), []int{1}),
		attribute.Float64Slice(at("FLOAT64SLICE"), []float64{1}),
		attribute.StringSlice("undeclared.strings", []string{at("STRINGSLICE")}),
		attribute.ByteSlice("undeclared.bytes", []byte(at("BYTESLICE"))),
		attribute.Slice("undeclared.slice", attribute.StringValue(at("SLICE"))),
		attribute.Map("undeclared.map", attribute.String("inner", at("MAP"))),
	}
}

func (p *planter) events(at time.Time) []sdktrace.Event {
	return []sdktrace.Event{
		{Name: p.plant(EventName), Time: at, Attributes: []attribute.KeyValue{attribute.String("path", p.plant(EventAttribute))}},
		{Name: "exception", Time: at, Attributes: []attribute.KeyValue{
			attribute.String("exception.type", "*fs.PathError"),
			attribute.String("exception.message", "open "+p.plant(ExceptionMessage)),
			attribute.String("exception.stacktrace", "goroutine 1\n"+p.plant(ExceptionStack)),
			attribute.String("extra", p.plant(ExceptionOther)),
		}},
	}
}

func (p *planter) links() []sdktrace.Link {
	return []sdktrace.Link{{
		SpanContext: p.context(LinkState, 3),
		Attributes:  []attribute.KeyValue{attribute.String("path", p.plant(LinkAttribute))},
	}}
}

// Found returns those canaries that data shows, in clear or in a form anybody
// can undo or look up: base64, hexadecimal, URL encoding, gzip, and digests
// without a key.
func Found(data []byte, canaries []Canary) []Canary {
	seen := [][]byte{data}
	if r, err := gzip.NewReader(bytes.NewReader(data)); err == nil {
		if plain, err := io.ReadAll(r); err == nil {
			seen = append(seen, plain)
		}
	}
	var found []Canary
	for _, c := range canaries {
		if shown(seen, forms(c.Text)) {
			found = append(found, c)
		}
	}
	return found
}

func shown(seen, forms [][]byte) bool {
	for _, data := range seen {
		for _, form := range forms {
			if bytes.Contains(data, form) {
				return true
			}
		}
	}
	return false
}

func forms(text string) [][]byte {
	b := []byte(text)
	m5, s1, s256 := md5.Sum(b), sha1.Sum(b), sha256.Sum256(b)
	out := [][]byte{b, []byte(url.QueryEscape(text))}
	for _, raw := range [][]byte{b, m5[:], s1[:], s256[:]} {
		out = append(out,
			[]byte(hex.EncodeToString(raw)),
			[]byte(base64.RawStdEncoding.EncodeToString(raw)),
			[]byte(base64.RawURLEncoding.EncodeToString(raw)))
	}
	return out
}
