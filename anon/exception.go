package anon

import (
	"encoding/json"

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
			out = append(out, kv.Key.String(visibleText(kv.Value.AsString())))
		case exceptionEscaped:
			out = append(out, kv.Key.Bool(kv.Value.AsBool()))
		case ChainKey:
			if chain, ok := s.chain(kv.Value.AsString()); ok {
				out = append(out, kv.Key.String(chain))
			}
		default:
			if s.Disclosure == DiscloseAll && bound(&kv) {
				out = append(out, kv)
			}
		}
	}
	return out
}

// chain masks every text in a chain, which is a JSON list of objects. It does
// so text by text, because a mask laid over JSON could hide a quote that ends a
// string. The empty chain is that of an error which was told before; what else
// is no such list, or is too long, stays behind.
func (s *Scrubber) chain(chain string) (string, bool) {
	if chain == "" || !s.Chains {
		return "", s.Chains
	}
	var links []map[string]any
	if len(chain) > maxChain || json.Unmarshal([]byte(chain), &links) != nil {
		return "", false
	}
	for _, link := range links {
		for name, v := range link {
			if text, ok := v.(string); ok {
				link[name] = visibleText(text)
			}
		}
	}
	masked, err := json.Marshal(links)
	return string(masked), err == nil
}
