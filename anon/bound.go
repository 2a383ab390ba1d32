package anon

import (
	"go.opentelemetry.io/otel/attribute"

	"github.com/otelbridge/otelbridge-go/internal/clip"
)

// How much leaves of one thing, in bytes: a huge one must not fill a spool.
const (
	maxName  = 1 << 10  // the name of a span, an event or a library
	maxText  = 32 << 10 // a text of an exception
	maxChain = 512 << 10
	maxValue = 16 << 10 // the value of an attribute
)

// visibleName is how a name that the host chose leaves.
func visibleName(name string) string { return clip.Text(Mask(name), maxName) }

// visibleText is how a text about an error leaves.
func visibleText(text string) string { return clip.Text(Mask(text), maxText) }

// bounded applies bound to each attribute, in place, and returns those that
// are left and how many are not.
func bounded(attrs []attribute.KeyValue) (kept []attribute.KeyValue, lost int) {
	kept = attrs[:0]
	for i := range attrs {
		if bound(&attrs[i]) {
			kept = append(kept, attrs[i])
		}
	}
	return kept, len(attrs) - len(kept)
}

// bound shortens a long text and refuses a list or a map that is long as a
// whole. The class of an error is a name, which the bridge takes from the host.
func bound(kv *attribute.KeyValue) bool {
	switch kv.Value.Type() {
	case attribute.BOOL, attribute.INT64, attribute.FLOAT64:
		return true
	case attribute.STRING:
		if kv.Key == ErrorType {
			kv.Value = attribute.StringValue(visibleName(kv.Value.AsString()))
		} else if text := kv.Value.AsString(); len(text) > maxValue {
			kv.Value = attribute.StringValue(clip.Text(text, maxValue))
		}
		return true
	}
	return len(kv.Value.String()) <= maxValue
}
