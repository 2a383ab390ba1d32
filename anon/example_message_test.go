package anon_test

import (
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/otelbridge/otelbridge-go/anon"
)

// A message holds declared values only: the unknown destination becomes
// "other", the undeclared e-mail address is not there.
func ExampleMessage() {
	policy, err := anon.Schema{Events: []anon.Event{{
		Name:   "pipeline_load",
		Span:   "load",
		Fields: []anon.Field{anon.Enum("destination", "duckdb", "postgres"), anon.Count("tables"), anon.Success("success")},
	}}}.Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	span := tracetest.SpanStub{Name: "load", EndTime: fixedTime, Attributes: []attribute.KeyValue{
		attribute.String("destination", "our secret warehouse"),
		attribute.Int("tables", 3),
		attribute.String("user.email", "alice@example.com"),
	}}
	var m anon.Message
	if m.Fill(policy, nil, span.Snapshot(), anon.End) {
		fmt.Printf("%s {%s}\n", m.Event, m.AppendProperties(nil))
	}
	// Output: pipeline_load {"destination":"other","tables":3,"success":true}
}

// A scrubbed span is a copy with what is declared, for the operator's own
// endpoints.
func ExampleScrubber() {
	policy, err := anon.Pipeline().Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	span := tracetest.SpanStub{Name: "load", EndTime: fixedTime, Attributes: []attribute.KeyValue{
		anon.PipelineName.String("chess"),
		attribute.String("user.email", "alice@example.com"),
	}}
	scrubber := &anon.Scrubber{Policy: policy, Disclosure: anon.DiscloseDeclared}
	fmt.Println(scrubber.Span(span.Snapshot()).Attributes())
	// Output: [{"pipeline.name":"chess"}]
}

// A digest says whether two names are the same, on this install and nowhere
// else.
func ExampleHasher() {
	here := anon.NewHasher(func() []byte { return []byte("the key of this install") })
	there := anon.NewHasher(func() []byte { return []byte("the key of another one") })
	name := here.Sum("chess")
	fmt.Println(name == here.Sum("chess"), name == there.Sum("chess"))
	// Output: true false
}
