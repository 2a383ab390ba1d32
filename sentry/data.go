package sentry

import (
	"bytes"
	"encoding/json"

	"go.opentelemetry.io/otel/attribute"
)

// dataOf is those attributes that fit into room bytes of JSON, by their names,
// and how many do not, with those that were dropped before.
func dataOf(attrs []attribute.KeyValue, dropped, room int) map[string]any {
	data := make(map[string]any, len(attrs))
	room -= len(droppedKey) + lengthWidth
	for _, kv := range attrs {
		if exceeds(kv.Value, room) {
			dropped++
			continue
		}
		text := appendName(nil, 0, string(kv.Key))
		name := len(text)
		text = appendValue(text, kv.Value)
		if n := escaped(text) + 1; n <= room {
			room -= n
			data[string(kv.Key)] = json.RawMessage(text[name:])
		} else {
			dropped++
		}
	}
	if dropped > 0 {
		data[droppedKey] = dropped
	}
	return data
}

// escaped is how long a text is once encoding/json has written what HTML gives a
// meaning as six bytes.
func escaped(text []byte) int {
	n := len(text)
	for _, c := range []string{"<", ">", "&"} {
		n += 5 * bytes.Count(text, []byte(c))
	}
	return n
}
