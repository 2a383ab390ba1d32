package bench

import (
	"context"
	"fmt"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/redactionprocessor"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.opentelemetry.io/otel/attribute"

	"github.com/otelbridge/otelbridge-go/anon"
)

// scrubbing 16 attributes of a span, 8 of them kept, with an allow-list of 20.
var scrubbing = table{"Scrub 16 attributes, 8 kept, allow-list of 20 keys; base: the Collector's redaction processor", []row{
	{"redaction processor, keys", 0, redaction},
	{"anon.Policy.Declared", 0.25, declared},
	{"anon.Message with its JSON", 0, message},
}}

func BenchmarkScrub(b *testing.B)  { scrubbing.bench(b) }
func TestRatiosScrub(t *testing.T) { scrubbing.print(t) }

const spansPerBatch = 1000

func key(i int) string { return fmt.Sprintf("group%d.attribute.%d", i%3, i) }

// attributes are 16, of which the even ones are declared.
func attributes() []attribute.KeyValue {
	var attrs []attribute.KeyValue
	for i := range 16 {
		switch {
		case i%4 == 3:
			attrs = append(attrs, attribute.Int(key(i), i))
		default:
			attrs = append(attrs, attribute.String(key(i), fmt.Sprint("value of ", i)))
		}
	}
	return attrs
}

func allowed() []string {
	var keys []string
	for i := 0; i < 40; i += 2 {
		keys = append(keys, key(i))
	}
	return keys
}

func redaction(b *testing.B) {
	factory := redactionprocessor.NewFactory()
	config := factory.CreateDefaultConfig().(*redactionprocessor.Config)
	config.AllowedKeys, config.Summary = allowed(), "silent"
	p, err := factory.CreateTraces(b.Context(), processortest.NewNopSettings(factory.Type()), config, consumertest.NewNop())
	if err != nil {
		b.Fatal(err)
	}
	defer func(p processor.Traces) { _ = p.Shutdown(context.Background()) }(p)
	template := ptrace.NewTraces()
	spans := template.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for range spansPerBatch {
		m := spans.AppendEmpty().Attributes()
		for _, kv := range attributes() {
			if kv.Value.Type() == attribute.INT64 {
				m.PutInt(string(kv.Key), kv.Value.AsInt64())
			} else {
				m.PutStr(string(kv.Key), kv.Value.AsString())
			}
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	for done := 0; done < b.N; done += spansPerBatch {
		b.StopTimer()
		traces := ptrace.NewTraces()
		template.CopyTo(traces)
		b.StartTimer()
		if err := p.ConsumeTraces(context.Background(), traces); err != nil {
			b.Fatal(err)
		}
	}
}

func scrubPolicy(b *testing.B) *anon.Policy {
	var fields []anon.Field
	for i, k := range allowed() {
		name := fmt.Sprint("f", i)
		if (2*i)%4 == 3 {
			fields = append(fields, anon.Count(name).From(attribute.Key(k)))
		} else {
			fields = append(fields, anon.Enum(name, "value of 0").From(attribute.Key(k)))
		}
	}
	policy, err := anon.Schema{Events: []anon.Event{{Name: "load", Fields: fields}}}.Compile()
	if err != nil {
		b.Fatal(err)
	}
	return policy
}

func declared(b *testing.B) {
	policy, attrs := scrubPolicy(b), attributes()
	dst := make([]attribute.KeyValue, 0, len(attrs))
	b.ReportAllocs()
	for b.Loop() {
		dst = policy.Declared(dst[:0], attrs)
	}
	if len(dst) != 8 {
		b.Fatalf("%d attributes kept", len(dst))
	}
}

func message(b *testing.B) {
	policy := scrubPolicy(b)
	span := endedSpan("load", attributes()...)
	var m anon.Message
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		m.Fill(policy, nil, span, anon.End)
		buf = m.AppendProperties(buf[:0])
	}
}
