package track

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

var update = flag.Bool("update", false, "write golden files")

var loadAttributes = []attribute.KeyValue{
	anon.PipelineName.String("chess"), anon.DatasetName.String("games"), anon.SchemaName.String("games"),
	anon.DestinationName.String("duckdb"), anon.DestinationFingerprint.String(""),
	attribute.String("user.email", "alice@example.com"),
}

// docglow is the schema of a tool with the flat shape.
var docglow = anon.Schema{Version: 2, Events: []anon.Event{{Name: "generate", Fields: []anon.Field{
	anon.State("result"), anon.Millis("duration_ms"), anon.Enum("adapter_type", "duckdb", "snowflake"),
	anon.Counts("project_shape", "models", "seeds"), anon.Flags("features_used", "column_lineage", "static", "slim"),
}}}}

// TestGolden holds every shape of a message to a file that people can read.
func TestGolden(t *testing.T) {
	noID := func(s *otelbridge.Setup) { s.AnonymousID = func() string { return "" } }
	for name, tt := range map[string]struct {
		route  otelbridge.Route
		schema anon.Schema
		span   string
		attrs  []attribute.KeyValue
		change func(*otelbridge.Setup)
	}{
		"load":      {Route, anon.Pipeline(), "load", loadAttributes, nil},
		"run":       {Route, anon.Pipeline(), "run", loadAttributes, nil},
		"bare":      {Route, anon.Schema{Events: []anon.Event{{Name: "sync"}}}, "sync", nil, nil},
		"ephemeral": {Route, anon.Schema{Events: []anon.Event{{Name: "sync"}}}, "sync", nil, noID},
		"flat": {FlatRoute, docglow, "generate", []attribute.KeyValue{
			attribute.String("adapter_type", "duckdb"), attribute.Int("project_shape.models", 142), attribute.Int("project_shape.seeds", 4),
			attribute.StringSlice("features_used", []string{"static", "secret_feature"}),
		}, nil},
		"flat-ephemeral": {FlatRoute, docglow, "generate", nil, noID},
	} {
		t.Run(name, func(t *testing.T) {
			setup, spool := testSetup(t, tt.schema)
			if tt.change != nil {
				tt.change(&setup)
			}
			outlet, err := tt.route(setup)
			if err != nil {
				t.Fatal(err)
			}
			outlet.Processor.OnEnd(endedSpan(tt.span, tt.attrs...))
			if len(spool.bodies) != 1 {
				t.Fatalf("%d messages", len(spool.bodies))
			}
			compare(t, filepath.Join("testdata", name+".json"), spool.bodies[0])
		})
	}
}

var anyMessageID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)

func compare(t *testing.T, path string, body []byte) {
	t.Helper()
	if !anyMessageID.Match(body) {
		t.Errorf("no message id in %s", body)
	}
	body = anyMessageID.ReplaceAll(body, []byte("00000000-0000-4000-8000-000000000000"))
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, body, "", "  "); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	pretty.WriteByte('\n')
	if *update {
		if err := os.WriteFile(path, pretty.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), pretty.String()); diff != "" {
		t.Errorf("%s differs, run with -update if that is meant:\n%s", path, diff)
	}
}

// TestMessageIsTheWholeFormat reads what is sent into the documented struct:
// no member may be unknown to it, and encoding/json must write the same.
func TestMessageIsTheWholeFormat(t *testing.T) {
	setup, spool := testSetup(t, anon.Pipeline())
	outlet, err := Route(setup)
	if err != nil {
		t.Fatal(err)
	}
	outlet.Processor.OnEnd(endedSpan("load", loadAttributes...))
	dec := json.NewDecoder(bytes.NewReader(spool.bodies[0]))
	dec.DisallowUnknownFields()
	var m Message
	if err := dec.Decode(&m); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if json.Unmarshal(again, &got) != nil || json.Unmarshal(spool.bodies[0], &want) != nil {
		t.Fatal("no JSON")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
