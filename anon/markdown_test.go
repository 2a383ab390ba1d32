package anon_test

import (
	"strings"
	"testing"

	"github.com/otelbridge/otelbridge-go/anon"
)

// TestMarkdownOfOperator: the operator gets the attribute and not the field that
// a message would have.
func TestMarkdownOfOperator(t *testing.T) {
	page := anon.Schema{Operator: []anon.Field{
		anon.Enum("enum", "a"), anon.Version("version"), anon.Hash("hash"), anon.Bool("bool"), anon.Count("count"),
		anon.Bucket("bucket", 1), anon.Flags("flags", "a"), anon.Counts("counts", "a", "b"), anon.Millis("millis"),
	}}.Markdown()
	for field, want := range map[string]string{
		"enum": "text", "version": "text", "hash": "text", "bool": "true or false", "count": "a whole number",
		"bucket": "a whole number", "flags": "a list of texts", "counts": "a whole number for each of `a`, `b`", "millis": "milliseconds",
	} {
		if !strings.Contains(page, "| `"+field+"` | "+want+" |") {
			t.Errorf("%s is not said to be %s:\n%s", field, want, page)
		}
	}
}
