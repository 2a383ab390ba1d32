package anon_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"testing"

	"go.opentelemetry.io/otel/attribute"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/anon/anontest"
)

// FuzzMessage looks for an input that gets a value out which no kind allows:
// whatever stands in the attributes, a message parses and each property is in
// the language of its kind.
func FuzzMessage(f *testing.F) {
	f.Add("duckdb", "chess", "1.2.3", "static", int64(3), byte(0))
	f.Add(`x","secret":"y`, "\x00\xff", "v1.2.3-rc.1", "a\nb", int64(-1), byte(7))
	fields := []anon.Field{
		anon.Enum("enum", "duckdb", `q"uoted`), anon.Hash("hash"), anon.Version("version"), anon.Flags("flags", "static", "slim"),
		anon.Count("count"), anon.Bucket("bucket", 1, 10), anon.Counts("counts", "a", "b"), anon.Bool("bool"),
	}
	policy := mustCompile(f, anon.Schema{Events: []anon.Event{{Name: "load", Fields: fields}}})
	hasher := fixedHasher()
	f.Fuzz(func(t *testing.T, enum, hash, version, flag string, n int64, confuse byte) {
		attrs := []attribute.KeyValue{
			attribute.String("enum", enum), attribute.String("hash", hash), attribute.String("version", version),
			attribute.StringSlice("flags", []string{flag, enum}), attribute.Int64("count", n), attribute.Int64("bucket", n),
			attribute.Int64("counts.a", n), attribute.Int64("counts."+flag, n), attribute.Bool("bool", n > 0),
		}
		// Exchange the values of two attributes, so that types are wrong too.
		i, j := int(confuse)%len(attrs), int(confuse/16)%len(attrs)
		attrs[i].Value, attrs[j].Value = attrs[j].Value, attrs[i].Value
		span, _ := anontest.Span("load", attrs...)
		var m anon.Message
		if !m.Fill(policy, hasher, span, anon.End) {
			t.Fatal("no message")
		}
		checkLanguage(t, "{"+string(m.AppendProperties(nil))+"}")
	})
}

var (
	digest  = regexp.MustCompile(`^([A-Za-z0-9_-]{20})?$`)
	release = regexp.MustCompile(`^((go|v)?[0-9]{1,4}(\.[0-9]{1,4}){0,2}(-?(alpha|beta|rc)\.?[0-9]{0,4})?|devel)$`)
)

func checkLanguage(t *testing.T, text string) {
	var got map[string]any
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	in := func(words ...string) func(any) bool {
		return func(v any) bool { s, ok := v.(string); return ok && slices.Contains(words, s) }
	}
	matches := func(re *regexp.Regexp) func(any) bool {
		return func(v any) bool { s, ok := v.(string); return ok && re.MatchString(s) }
	}
	number := func(v any) bool { n, ok := v.(float64); return ok && n >= 0 }
	language := map[string]func(any) bool{
		"enum": in("duckdb", `q"uoted`, "other"), "hash": matches(digest), "version": matches(release),
		"count": number, "bucket": in("<1", "1-9", "10+"),
		"bool":   func(v any) bool { _, ok := v.(bool); return ok },
		"flags":  func(v any) bool { return subset(v, "static", "slim") },
		"counts": func(v any) bool { return table(v, number, "a", "b") },
	}
	for name, value := range got {
		if allowed, ok := language[name]; !ok || !allowed(value) {
			t.Errorf("%s = %#v is not in the language of its kind", name, value)
		}
	}
}

func subset(v any, words ...string) bool {
	list, ok := v.([]any)
	for _, w := range list {
		s, isString := w.(string)
		ok = ok && isString && slices.Contains(words, s)
	}
	return ok
}

func table(v any, number func(any) bool, keys ...string) bool {
	m, ok := v.(map[string]any)
	for k, n := range m {
		ok = ok && slices.Contains(keys, k) && number(n)
	}
	return ok
}

// FuzzScrubber looks for an undeclared text that gets through to an operator:
// with any mixture of keys and values only declared keys of the declared type
// are left.
func FuzzScrubber(f *testing.F) {
	f.Add("pipeline.name", "chess", "records.written", byte(0))
	f.Add("pipeline.names", "secret", "", byte(9))
	policy := mustCompile(f, anon.Pipeline())
	declared := map[attribute.Key]attribute.Type{
		anon.PipelineName: attribute.STRING, anon.DatasetName: attribute.STRING, anon.SchemaName: attribute.STRING,
		anon.SourceType: attribute.STRING, anon.DestinationName: attribute.STRING, anon.DestinationFingerprint: attribute.STRING,
		anon.RecordsRead: attribute.INT64, anon.RecordsWritten: attribute.INT64, anon.BytesWritten: attribute.INT64,
		anon.ErrorType: attribute.STRING, anon.OutcomeKey: attribute.STRING,
	}
	f.Fuzz(func(t *testing.T, key, value, other string, typ byte) {
		attrs := []attribute.KeyValue{
			attribute.String(key, value), attribute.Int(other, 1), attribute.String(other, value),
			attribute.StringSlice(key+other, []string{value}), attribute.Map(key, attribute.String(other, value)),
		}
		span, canaries := anontest.Span("load", attrs[int(typ)%len(attrs):]...)
		out := (&anon.Scrubber{Policy: policy, Disclosure: anon.DiscloseDeclared}).Span(span)
		for _, kv := range out.Attributes() {
			if want, ok := declared[kv.Key]; !ok || kv.Value.Type() != want {
				t.Errorf("%s of type %s got through", kv.Key, kv.Value.Type())
			}
		}
		for _, c := range anontest.Found([]byte(everything(out)), canaries) {
			if c.Place != anontest.EventName && c.Place != anontest.ExceptionMessage && c.Place != anontest.ExceptionStack {
				t.Errorf("the canary of %q is seen", c.Place)
			}
		}
	})
}
