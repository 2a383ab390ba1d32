package anon

import (
	"encoding/json"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"
)

// The event and the attributes under which OpenTelemetry's semantic
// conventions (v1.43.0) record an exception.
const (
	exceptionEvent = "exception"

	exceptionType       attribute.Key = "exception.type"
	exceptionMessage    attribute.Key = "exception.message"
	exceptionStacktrace attribute.Key = "exception.stacktrace"
	exceptionEscaped    attribute.Key = "exception.escaped"
)

// ChainKey is the attribute of an exception in which package otelbridge keeps
// the whole chain of an error, for routes that can show it: see
// [Scrubber.Chains].
const ChainKey attribute.Key = "exception.chain"

// exception copies what the semantic conventions know of an exception, with
// secrets masked. Whatever else was attached to it stays behind, unless all is
// disclosed.
func (s *Scrubber) exception(raw []attribute.KeyValue) []attribute.KeyValue {
	out := make([]attribute.KeyValue, 0, len(raw))
	for _, kv := range raw {
		switch kv.Key {
		case exceptionType, exceptionMessage, exceptionStacktrace:
			out = append(out, kv.Key.String(Mask(clip(kv.Value.AsString()))))
		case exceptionEscaped:
			out = append(out, kv.Key.Bool(kv.Value.AsBool()))
		case ChainKey:
			if s.Chains {
				out = append(out, kv.Key.String(maskChain(kv.Value.AsString())))
			}
		default:
			if s.Disclosure == DiscloseAll {
				out = append(out, kv)
			}
		}
	}
	return out
}

// maskChain masks every text in a chain, which is a JSON list of objects. It
// does so text by text, because a mask laid over JSON could hide a quote that
// ends a string. What is no such list stays behind.
func maskChain(chain string) string {
	var links []map[string]any
	if json.Unmarshal([]byte(chain), &links) != nil {
		return ""
	}
	for _, link := range links {
		for name, v := range link {
			if text, ok := v.(string); ok {
				link[name] = Mask(text)
			}
		}
	}
	masked, err := json.Marshal(links)
	if err != nil {
		return ""
	}
	return string(masked)
}

// maxText bounds one text of an exception: a huge one must not fill a spool.
const maxText = 32 << 10

// clip cuts a text at the start of a character.
func clip(text string) string {
	if len(text) <= maxText {
		return text
	}
	n := maxText
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
