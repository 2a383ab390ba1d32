package anon

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCompileProblems states each rule of a schema with an example that breaks
// it and the words that must name the place.
func TestCompileProblems(t *testing.T) {
	event := func(fields ...Field) Schema { return Schema{Events: []Event{{Name: "load", Fields: fields}}} }
	for name, tt := range map[string]struct {
		schema Schema
		want   []string
	}{
		"negative version":     {Schema{Version: -1}, []string{"schema: the version is negative"}},
		"event without name":   {Schema{Events: []Event{{}}}, []string{`event "": the name must be`, "no span can make it"}},
		"event name":           {Schema{Events: []Event{{Name: "a b"}}}, []string{`event "a b": the name must be`}},
		"event twice":          {Schema{Events: []Event{{Name: "load"}, {Name: "load", Span: "x"}}}, []string{`event "load": the name is declared twice`}},
		"one span, two events": {Schema{Events: []Event{{Name: "a", Span: "s"}, {Name: "b", Span: "s", When: StartAndEnd}}}, []string{`event "b": event "a" is made from the same span "s"`}},
		"unknown phase":        {Schema{Events: []Event{{Name: "a", When: 9}}}, []string{`event "a": unknown phase`}},
		"field without kind":   {event(Field{}), []string{`event "load" field "": it has no kind`}},
		"field name":           {event(Bool("a.b")), []string{`event "load" field "a.b": the name must be`}},
		"field twice":          {event(Bool("a"), Bool("a").From("b")), []string{`field "a": the name is declared twice`}},
		"enum without values":  {event(Enum("a")), []string{`field "a": it declares no values`}},
		"flags without values": {event(Flags("a")), []string{`field "a": it declares no values`}},
		"counts without keys":  {event(Counts("a")), []string{`field "a": it declares no values`}},
		"empty value":          {event(Enum("a", "")), []string{`field "a": a value is empty`}},
		"value twice":          {event(Enum("a", "x", "x")), []string{`value "x" is declared twice`}},
		"too many flags":       {event(Flags("a", letters(65)...)), []string{`field "a": 65 values, at most 64`}},
		"too many fields":      {event(bools(65)...), []string{`event "load": 65 fields, at most 64`}},
		"bucket without bound": {event(Bucket("a")), []string{`field "a": a bucket needs at least one bound`}},
		"bounds that fall":     {event(Bucket("a", 3, 2)), []string{"the bounds must rise: [3 2]"}},
		"bounds that repeat":   {event(Bucket("a", 2, 2)), []string{"the bounds must rise: [2 2]"}},
		"derived with source":  {event(Success("a").From("b")), []string{`field "a": success comes from the span itself and not from attribute "b"`}},
		"two types": {event(Bool("a").From("k"), Count("b").From("k")),
			[]string{`field "b": attribute "k" is read as INT64 here and as BOOL by event "load" field "a"`}},
		"two types, operator": {Schema{Operator: []Field{Bool("a").From("k"), Hash("b").From("k")}}, []string{`operator field "b": attribute "k"`}},
		"field of the future": {event(Bool("a").Since(2)), []string{`field "a": it is there since version 2, the schema has version 1`}},
		"event of the future": {Schema{Version: 3, Events: []Event{{Name: "a", Since: 4}}}, []string{`event "a": it is there since version 4`}},
		"end at the start":    {Schema{Events: []Event{{Name: "a", When: Start, Fields: []Field{Seconds("s")}}}}, []string{`event "a" field "s": seconds is known only when the span ends`}},
	} {
		t.Run(name, func(t *testing.T) {
			policy, err := tt.schema.Compile()
			if err == nil || policy != nil {
				t.Fatalf("it compiled: %v", policy)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not say %q", err, want)
				}
			}
		})
	}
}

func TestCompileReportsEveryProblem(t *testing.T) {
	_, err := Schema{Version: -1, Events: []Event{{Name: "x y"}, {Name: "z", Fields: []Field{Enum("e"), Bucket("b")}}}}.Compile()
	if n := strings.Count(err.Error(), "\n") + 1; n != 4 {
		t.Errorf("%d problems reported, want 4:\n%v", n, err)
	}
}

func TestCompileAcceptsTheDefault(t *testing.T) {
	if _, err := Pipeline().Compile(); err != nil {
		t.Error(err)
	}
	if _, err := (Schema{}).Compile(); err != nil {
		t.Error(err)
	}
}

func TestBucketLabels(t *testing.T) {
	for _, tt := range []struct {
		bounds []int64
		want   []string
	}{
		{[]int64{1}, []string{"<1", "1+"}},
		{[]int64{1, 10, 100}, []string{"<1", "1-9", "10-99", "100+"}},
		{[]int64{0, 1, 2}, []string{"<0", "0", "1", "2+"}},
	} {
		if diff := cmp.Diff(tt.want, bucketLabels(tt.bounds)); diff != "" {
			t.Errorf("%v: %s", tt.bounds, diff)
		}
	}
}

func letters(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = strings.Repeat("a", i+1)
	}
	return out
}

func bools(n int) []Field {
	out := make([]Field, n)
	for i, name := range letters(n) {
		if len(name) > 60 {
			name = "b" + name[:len(name)-60]
		}
		out[i] = Bool(name)
	}
	return out
}

func TestUntil(t *testing.T) {
	s := Schema{Version: 3, Operator: []Field{Bool("o")}, Events: []Event{
		{Name: "old", Fields: []Field{Bool("a"), Bool("b").Since(2), Bool("c").Since(3)}},
		{Name: "new", Since: 3},
	}}
	for version, want := range map[int]string{1: "a", 2: "a,b", 3: "a,b,c"} {
		u := s.Until(version)
		var names []string
		for _, f := range u.Events[0].Fields {
			names = append(names, f.name)
		}
		if got := strings.Join(names, ","); got != want || (len(u.Events) == 2) != (version == 3) || len(u.Operator) != 1 {
			t.Errorf("until %d: %q, %d events, %d operator fields", version, got, len(u.Events), len(u.Operator))
		}
		if _, err := u.Compile(); err != nil {
			t.Errorf("until %d: %v", version, err)
		}
	}
	if len(s.Events[0].Fields) != 3 {
		t.Error("the schema itself was changed")
	}
}
