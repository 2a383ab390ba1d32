package anon

import (
	"fmt"
	"strings"

	"go.opentelemetry.io/otel/attribute"
)

// Markdown is the page that tells people what is collected: every event with
// its fields, what values they can take and why they are wanted. A host keeps
// it as TELEMETRY.md and a test keeps it true.
func (s Schema) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Schema version %d.\n", s.version())
	for _, e := range s.Events {
		fmt.Fprintf(&b, "\n### `%s`\n\n", e.Name)
		if e.Doc != "" {
			fmt.Fprintf(&b, "%s ", e.Doc)
		}
		fmt.Fprintf(&b, "Made from spans called `%s`, at their %s.\n\n", e.span(), e.When)
		table(&b, e.Fields, Field.describe)
	}
	if len(s.Operator) > 0 {
		b.WriteString("\n### For the operator's own endpoints only\n\n")
		b.WriteString("These attributes, and those above, go as the program sets them to the Collector and the Sentry that the operator configured, and nowhere else.\n")
		b.WriteString("Where `otlp_attributes` or `sentry_attributes` says `anonymous`, these stay behind and those above go as the fields above.\n\n")
		table(&b, s.Operator, Field.describeRaw)
	}
	return b.String()
}

func table(b *strings.Builder, fields []Field, value func(Field) string) {
	b.WriteString("| field | value | from | why |\n| --- | --- | --- | --- |\n")
	for _, f := range fields {
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", f.name, cell(value(f)), cell(f.from()), cell(f.why()))
	}
}

// describeRaw says what values the attribute can have that the field is made
// from.
func (f Field) describeRaw() string {
	switch f.kind.sourceType() {
	case attribute.STRING:
		return "text"
	case attribute.BOOL:
		return "true or false"
	case attribute.STRINGSLICE:
		return "a list of texts"
	case attribute.INT64:
		if f.kind == kindCounts {
			return "a whole number for each of " + wordList(f.values)
		}
		return "a whole number"
	}
	return f.describe()
}

// describe says what values the field can take.
func (f Field) describe() string {
	switch f.kind {
	case kindEnum:
		return "one of " + wordList(f.values) + ", else `" + Other + "`"
	case kindBucket:
		return "one of " + wordList(bucketLabels(f.bounds))
	case kindFlags:
		return "any of " + wordList(f.values)
	case kindCounts:
		return "a number for each of " + wordList(f.values)
	case kindBool, kindSuccess:
		return "true or false"
	case kindCount:
		return "a whole number"
	case kindVersion:
		return "a release number, else `" + devel + "`"
	case kindHash:
		return "20 characters, digested with a key that stays on the machine"
	case kindSeconds:
		return "seconds"
	case kindMillis:
		return "milliseconds"
	case kindState:
		return "one of `started`, `succeeded`, `failed`, `canceled`"
	case kindRunID:
		return "32 hexadecimal digits, new for each run"
	}
	return "nothing"
}

func (f Field) from() string {
	if f.kind.derived() {
		return "the span itself"
	}
	return "`" + string(f.key()) + "`"
}

func (f Field) why() string {
	if f.review == "" {
		return f.doc
	}
	return strings.TrimSpace(f.doc + " [Review](" + f.review + ")")
}

func wordList(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = "`" + w + "`"
	}
	return strings.Join(quoted, ", ")
}

// cell keeps text from breaking out of its column.
func cell(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "|", `\|`), "\n", " ")
}
