package anon_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/anon/anontest"
)

var update = flag.Bool("update", false, "write golden files")

// TestPipelineIsPinned makes a change to the default schema a change somebody
// sees, and one that lets out more a new version.
func TestPipelineIsPinned(t *testing.T) {
	anontest.Pin(t, anon.Pipeline(), filepath.Join("testdata", "pipeline.lock"), *update)
}

func TestMarkdown(t *testing.T) {
	path := filepath.Join("testdata", "pipeline.md")
	got := anon.Pipeline().Markdown()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs, run with -update if that is meant:\n%s", path, diff)
	}
}

func TestWidened(t *testing.T) {
	base := func(version int, fields ...anon.Field) string {
		return anon.Schema{Version: version, Events: []anon.Event{{Name: "load", Fields: fields}}}.Lock()
	}
	was := base(1, anon.Enum("kind", "a", "b"), anon.Bucket("n", 1, 10), anon.Bool("gone"))
	for name, tt := range map[string]struct {
		newer string
		want  string // of the first change; empty: none
	}{
		"nothing":    {was, ""},
		"less":       {base(1, anon.Enum("kind", "a")), ""},
		"field":      {base(1, anon.Bool("more")), "event load: field more was added"},
		"value":      {base(1, anon.Enum("kind", "a", "c")), `event load: field kind: value "c" was added`},
		"kind":       {base(1, anon.Hash("kind")), "event load: field kind is a hash, it was a enum"},
		"source":     {base(1, anon.Enum("kind", "a").From("x")), `event load: field kind is read from "x", it was from "kind"`},
		"bound":      {base(1, anon.Bucket("n", 1, 5)), "event load: field n: bound 5 was added"},
		"event":      {anon.Schema{Events: []anon.Event{{Name: "new"}}}.Lock(), "event new was added"},
		"span":       {anon.Schema{Events: []anon.Event{{Name: "load", Span: "s"}}}.Lock(), `event load is made from span "s", it was "load"`},
		"phase":      {anon.Schema{Events: []anon.Event{{Name: "load", When: anon.Start}}}.Lock(), "event load is made at start, it was at end"},
		"operator":   {anon.Schema{Operator: []anon.Field{anon.Bool("o")}}.Lock(), "operator: field o was added"},
		"documented": {base(1, anon.Enum("kind", "a").Doc("new words")), ""},
	} {
		t.Run(name, func(t *testing.T) {
			changes, ok, err := anon.Widened(was, tt.newer)
			if err != nil {
				t.Fatal(err)
			}
			if tt.want == "" && (len(changes) > 0 || !ok) {
				t.Errorf("changes %v, ok %v", changes, ok)
			}
			if tt.want != "" && (len(changes) == 0 || !strings.HasPrefix(changes[0], tt.want) || ok) {
				t.Errorf("changes %v, ok %v, want %q", changes, ok, tt.want)
			}
		})
	}
	for name, tt := range map[string]struct {
		newer string
		ok    bool
	}{
		"a higher version and a mark": {base(2, anon.Bool("more").Since(2)), true},
		"a higher version, no mark":   {base(2, anon.Bool("more")), false},
		"a mark without a version":    {base(1, anon.Bool("more").Since(2)), false},
		"a widened field, marked":     {base(2, anon.Enum("kind", "a", "c").Since(2)), true},
		"a widened field, not marked": {base(2, anon.Enum("kind", "a", "c")), false},
		"an event, marked":            {anon.Schema{Version: 2, Events: []anon.Event{{Name: "new", Since: 2, Fields: []anon.Field{anon.Bool("x")}}}}.Lock(), true},
		"an event, not marked":        {anon.Schema{Version: 2, Events: []anon.Event{{Name: "new"}}}.Lock(), false},
		"for the operator, unmarked":  {anon.Schema{Version: 2, Operator: []anon.Field{anon.Bool("o")}}.Lock(), true},
	} {
		if changes, ok, err := anon.Widened(was, tt.newer); ok != tt.ok || err != nil || len(changes) == 0 {
			t.Errorf("%s: ok %v, changes %v, error %v", name, ok, changes, err)
		}
	}
	marked := base(2, anon.Bool("more").Since(2))
	if changes, ok, _ := anon.Widened(marked, base(2, anon.Bool("more"))); ok || len(changes) != 1 {
		t.Errorf("a mark was taken away: ok %v, changes %v", ok, changes)
	}
	for _, bad := range []string{"{", "not a lock", "null", "{}", "[]", `{"version":1}`, `{"events":[]}`, `{"schema_version":1,"schema":` + was + "}"} {
		if _, _, err := anon.Widened(bad, was); err == nil || !strings.HasPrefix(err.Error(), "anon: the older lock: ") {
			t.Errorf("%s: error %v", bad, err)
		}
		if _, _, err := anon.Widened(was, bad); err == nil || !strings.HasPrefix(err.Error(), "anon: the newer lock: ") {
			t.Errorf("%s: error %v", bad, err)
		}
	}
}
