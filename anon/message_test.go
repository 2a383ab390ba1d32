package anon

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

var (
	testKey   = []byte("0123456789abcdef0123456789abcdef")
	testStart = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	testTrace = trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: 1})
)

func testHasher() *Hasher { return NewHasher(func() []byte { return testKey }) }

func testSpan(name string, attrs ...attribute.KeyValue) tracetest.SpanStub {
	return tracetest.SpanStub{
		Name: name, SpanContext: testTrace, Attributes: attrs,
		StartTime: testStart, EndTime: testStart.Add(2234885 * time.Microsecond),
	}
}

// properties makes the message of a span as the receiver would parse it.
func properties(t *testing.T, fields []Field, s tracetest.SpanStub) map[string]any {
	t.Helper()
	policy, err := Schema{Events: []Event{{Name: "e", Span: s.Name, Fields: fields}}}.Compile()
	if err != nil {
		t.Fatal(err)
	}
	var m Message
	if !m.Fill(policy, testHasher(), s.Snapshot(), End) {
		t.Fatal("the span made no message")
	}
	text := "{" + string(m.AppendProperties(nil)) + "}"
	var out map[string]any
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return out
}

// TestKinds states for each kind what passes and what does not.
func TestKinds(t *testing.T) {
	secret := "alice@example.com"
	for name, tt := range map[string]struct {
		field Field
		attrs []attribute.KeyValue
		want  any // nil: the field is left out
	}{
		"enum":                 {Enum("f", "duckdb"), []attribute.KeyValue{attribute.String("f", "duckdb")}, "duckdb"},
		"enum unknown":         {Enum("f", "duckdb"), []attribute.KeyValue{attribute.String("f", secret)}, "other"},
		"enum of another type": {Enum("f", "duckdb"), []attribute.KeyValue{attribute.Int("f", 3)}, nil},
		"enum from":            {Enum("f", "x").From("some.key"), []attribute.KeyValue{attribute.String("some.key", "x")}, "x"},
		"enum absent":          {Enum("f", "x"), nil, nil},
		"last value stands":    {Enum("f", "x", "y"), []attribute.KeyValue{attribute.String("f", "x"), attribute.String("f", "y")}, "y"},
		"enum with quotes":     {Enum("f", `a"b`), []attribute.KeyValue{attribute.String("f", `a"b`)}, `a"b`},
		"bool":                 {Bool("f"), []attribute.KeyValue{attribute.Bool("f", true)}, true},
		"bool as text":         {Bool("f"), []attribute.KeyValue{attribute.String("f", secret)}, nil},
		"count":                {Count("f"), []attribute.KeyValue{attribute.Int("f", 42)}, 42.0},
		"count zero":           {Count("f"), []attribute.KeyValue{attribute.Int("f", 0)}, 0.0},
		"count negative":       {Count("f"), []attribute.KeyValue{attribute.Int("f", -1)}, nil},
		"bucket below":         {Bucket("f", 1, 10), []attribute.KeyValue{attribute.Int("f", -5)}, "<1"},
		"bucket inside":        {Bucket("f", 1, 10), []attribute.KeyValue{attribute.Int("f", 9)}, "1-9"},
		"bucket bound":         {Bucket("f", 1, 10), []attribute.KeyValue{attribute.Int("f", 10)}, "10+"},
		"version":              {Version("f"), []attribute.KeyValue{attribute.String("f", "v1.2.3-rc.1")}, "v1.2.3-rc.1"},
		"version odd":          {Version("f"), []attribute.KeyValue{attribute.String("f", "1.2.3-alice-laptop")}, "devel"},
		"hash empty":           {Hash("f"), []attribute.KeyValue{attribute.String("f", "")}, ""},
		"flags":                {Flags("f", "a", "b", "c"), []attribute.KeyValue{attribute.StringSlice("f", []string{"c", secret, "a"})}, []any{"a", "c"}},
		"flags none":           {Flags("f", "a"), []attribute.KeyValue{attribute.StringSlice("f", []string{secret})}, []any{}},
		"counts": {Counts("f", "models", "seeds").From("shape"),
			[]attribute.KeyValue{attribute.Int("shape.models", 3), attribute.Int("shape.secrets", 9)}, map[string]any{"models": 3.0}},
		"counts absent": {Counts("f", "models"), []attribute.KeyValue{attribute.String("f.models", secret)}, nil},
		"seconds":       {Seconds("f"), nil, 2.234},
		"millis":        {Millis("f"), nil, 2234.0},
		"success":       {Success("f"), nil, true},
		"state":         {State("f"), nil, "succeeded"},
	} {
		t.Run(name, func(t *testing.T) {
			got := properties(t, []Field{tt.field}, testSpan("s", tt.attrs...))
			if diff := cmp.Diff(tt.want, got["f"]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHashesAreKeyed(t *testing.T) {
	fields := []Field{Hash("name"), RunID("run")}
	span := testSpan("s", attribute.String("name", "chess"))
	got := properties(t, fields, span)
	name, run := got["name"].(string), got["run"].(string)
	if len(name) != 20 || len(run) != 32 {
		t.Errorf("lengths of %q and %q, want 20 and 32", name, run)
	}
	if strings.Contains(run, testTrace.TraceID().String()[:8]) {
		t.Errorf("the run id %q shows the trace id", run)
	}
	other := NewHasher(func() []byte { return []byte("another key") })
	if other.Sum("chess") == name || other.RunID(testTrace.TraceID()) == run {
		t.Error("another key gives the same digest")
	}
	if testHasher().Sum("chess") != name || testHasher().RunID(testTrace.TraceID()) != run {
		t.Error("the same key gives another digest")
	}
}

func TestHasherAsksForItsKeyOnceAndLate(t *testing.T) {
	asked := 0
	h := NewHasher(func() []byte { asked++; return testKey })
	if asked != 0 {
		t.Error("the key was asked for before it was needed")
	}
	h.Sum("a")
	h.Sum("b")
	h.RunID(trace.TraceID{1})
	if asked != 1 {
		t.Errorf("the key was asked for %d times", asked)
	}
}

func TestWithoutKeyNothingIsDigested(t *testing.T) {
	for name, h := range map[string]*Hasher{"nil": nil, "no key": NewHasher(func() []byte { return nil })} {
		if h.Sum("x") != "" || h.RunID(trace.TraceID{1}) != "" {
			t.Errorf("%s: it digests", name)
		}
	}
	policy, _ := Schema{Events: []Event{{Name: "s", Fields: []Field{Hash("h"), RunID("r")}}}}.Compile()
	var m Message
	m.Fill(policy, nil, testSpan("s", attribute.String("h", "x")).Snapshot(), End)
	if len(m.Properties) != 0 {
		t.Errorf("a digest without key: %s", m.AppendProperties(nil))
	}
}

func TestOutcomes(t *testing.T) {
	fields := []Field{Success("ok"), State("state")}
	failed := testSpan("s")
	failed.Status = sdktrace.Status{Code: codes.Error, Description: "secret"}
	canceled := testSpan("s", OutcomeKey.String("canceled"))
	for want, s := range map[string]tracetest.SpanStub{"failed": failed, "canceled": canceled, "succeeded": testSpan("s")} {
		got := properties(t, fields, s)
		if got["state"] != want || got["ok"] != (want == "succeeded") {
			t.Errorf("%s: got %v", want, got)
		}
	}
}

func TestPhases(t *testing.T) {
	fields := []Field{State("state"), Seconds("elapsed")}
	policy, err := Schema{Events: []Event{
		{Name: "both", When: StartAndEnd, Fields: fields},
		{Name: "first", When: Start},
		{Name: "last"},
	}}.Compile()
	if err != nil {
		t.Fatal(err)
	}
	running := testSpan("both")
	running.EndTime = time.Time{}
	var m Message
	if !m.Fill(policy, nil, running.Snapshot(), Start) || string(m.AppendProperties(nil)) != `"state":"started"` || !m.Time.Equal(testStart) {
		t.Errorf("at the start: %s %s", m.Time, m.AppendProperties(nil))
	}
	for _, tt := range []struct {
		span   string
		moment Phase
		want   bool
	}{{"both", End, true}, {"first", Start, true}, {"first", End, false}, {"last", Start, false}, {"last", End, true}, {"undeclared", End, false}} {
		if got := m.Fill(policy, nil, testSpan(tt.span).Snapshot(), tt.moment); got != tt.want {
			t.Errorf("%s at %s: %v", tt.span, tt.moment, got)
		}
		if !tt.want && (m.Event != "" || len(m.Properties) != 0) {
			t.Errorf("%s at %s left %q %v behind", tt.span, tt.moment, m.Event, m.Properties)
		}
	}
}

func TestInherited(t *testing.T) {
	policy, err := Pipeline().Compile()
	if err != nil {
		t.Fatal(err)
	}
	run := testSpan("run", PipelineName.String("chess"), DestinationName.String("duckdb"), DatasetName.String("games"),
		RecordsWritten.Int(3), attribute.String("undeclared", "secret"))
	parent := testSpan("step", DestinationName.String("sqlite"))
	got := policy.Inherited(policy.Inherited(nil, "load", parent.Snapshot()), "load", run.Snapshot())
	want := []attribute.KeyValue{DestinationName.String("sqlite"), PipelineName.String("chess"), DatasetName.String("games")}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(attribute.Value{})); diff != "" {
		t.Error(diff)
	}
	if got := policy.Inherited(nil, "undeclared", run.Snapshot()); got != nil {
		t.Errorf("an undeclared span inherits %v", got)
	}
}

func TestFillAllocatesNothing(t *testing.T) {
	policy, _ := Pipeline().Compile()
	h := testHasher()
	s := testSpan("load", PipelineName.String("chess"), DestinationName.String("duckdb"), RecordsWritten.Int(3)).Snapshot()
	var m Message
	buf := make([]byte, 0, 1024)
	if n := testing.AllocsPerRun(100, func() {
		m.Fill(policy, h, s, End)
		buf = m.AppendProperties(buf[:0])
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestVersions(t *testing.T) {
	for in, want := range map[string]string{
		"1.2.3": "1.2.3", "v1.2.3": "v1.2.3", "1": "1", "1.26.8": "1.26.8", "go1.26": "go1.26",
		"1.2.3-rc.1": "1.2.3-rc.1", "1.2.3-beta2": "1.2.3-beta2", "1.27rc1": "1.27rc1", "1.2.3-alpha": "1.2.3-alpha",
		"": "devel", "devel": "devel", "1.": "devel", ".1": "devel", "1.2.3.4": "devel", "192.168.17.4": "devel", "491511234.5": "devel", "2026.1.31": "2026.1.31", "1.2.3-alice": "devel",
		"1.2.3+build": "devel", "main": "devel", "1.2.3 ": "devel", "1234567890": "devel", "1.2-rc12345": "devel", "v": "devel",
	} {
		if got := coarseVersion(in); got != want {
			t.Errorf("coarseVersion(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestNothingOfTheSpanBefore: a message is used again for many spans, and one
// pipeline's names must not stand in another's event.
func TestNothingOfTheSpanBefore(t *testing.T) {
	policy, err := Schema{Events: []Event{{Name: "load", Fields: []Field{Hash("name"), Count("rows"), Counts("shape", "a")}}}}.Compile()
	if err != nil {
		t.Fatal(err)
	}
	var m Message
	h := testHasher()
	m.Fill(policy, h, testSpan("load", attribute.String("name", "chess"), attribute.Int("rows", 3), attribute.Int("shape.a", 1)).Snapshot(), End)
	if len(m.Properties) != 3 {
		t.Fatalf("%s", m.AppendProperties(nil))
	}
	m.Fill(policy, h, testSpan("load").Snapshot(), End)
	if len(m.Properties) != 0 {
		t.Errorf("left of the span before: %s", m.AppendProperties(nil))
	}
}

func TestDurationsAreNeverNegative(t *testing.T) {
	s := testSpan("s")
	s.EndTime = s.StartTime.Add(-time.Hour)
	if got := properties(t, []Field{Seconds("s"), Millis("ms")}, s); got["s"] != 0.0 || got["ms"] != 0.0 {
		t.Errorf("%v", got)
	}
}

// TestNamesAndTracesAreKeptApart: a name that has the bytes of a trace id does
// not have its digest.
func TestNamesAndTracesAreKeptApart(t *testing.T) {
	h := testHasher()
	id := trace.TraceID{'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p'}
	sum, err := base64.RawURLEncoding.DecodeString(h.Sum(string(id[:])))
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(h.RunID(id), hex.EncodeToString(sum)) {
		t.Error("the digest of a name is the id of a run")
	}
}

func TestHasherForgets(t *testing.T) {
	h := testHasher()
	for i := range 3 * maxCached {
		h.Sum(strconv.Itoa(i))
	}
	if len(h.names) > maxCached {
		t.Errorf("%d names are kept", len(h.names))
	}
}
