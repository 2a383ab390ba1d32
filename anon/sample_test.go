package anon_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/otelbridge/otelbridge-go/anon"
)

func TestSampleFillsEveryField(t *testing.T) {
	event := anon.Event{Name: "load", Fields: []anon.Field{
		anon.Enum("engine", "duckdb", "sqlite").From("db.system"),
		anon.Bool("fresh"),
		anon.Count("tables"),
		anon.Bucket("rows", 10, 100),
		anon.Version("release"),
		anon.Hash("dataset"),
		anon.Flags("options", "a", "b"),
		anon.Counts("jobs", "x", "y").From("n"),
		anon.Seconds("elapsed"), anon.Millis("ms"), anon.Success("ok"), anon.State("state"), anon.RunID("run"),
	}}
	want := []attribute.KeyValue{
		attribute.String("db.system", "duckdb"), attribute.Bool("fresh", true), attribute.Int("tables", 0), attribute.Int("rows", 10),
		attribute.String("release", "1.2.3"), attribute.String("dataset", "example"), attribute.StringSlice("options", []string{"a", "b"}),
		attribute.Int("n.x", 1), attribute.Int("n.y", 1),
	}
	span, got := event.Sample()
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(attribute.Value{})); span != "load" || diff != "" {
		t.Errorf("%s: %s", span, diff)
	}
	event.Span = "load table"
	if span, _ := event.Sample(); span != event.Span {
		t.Errorf("made from %q", span)
	}
}

func TestSampleOfWhatDoesNotCompile(t *testing.T) {
	event := anon.Event{Fields: []anon.Field{{}, anon.Enum(""), anon.Bucket("b"), anon.Flags("f"), anon.Counts("c")}}
	if span, attrs := event.Sample(); span != "" || len(attrs) != 2 {
		t.Errorf("%q, %v", span, attrs)
	}
}
