package sentry

import (
	"encoding/json"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// transaction is one local root with the spans below it.
type transaction struct {
	id      eventID
	root    sdktrace.ReadOnlySpan // scrubbed
	status  string
	tags    map[string]string
	crumbs  crumbs
	spans   []byte // elements of an array
	dropped int
}

// appendEnvelope appends the envelope of a transaction. Its header has neither
// the DSN, which is a credential, nor sent_at, by which Sentry would move the
// times of what was delivered late.
func (f *facts) appendEnvelope(dst []byte, t *transaction) []byte {
	dst = f.appendHeader(dst, t.id, t.root.SpanContext().TraceID(), t.root.Name())
	return appendItem(dst, "transaction", func(dst []byte) []byte { return f.appendTransaction(dst, t) })
}

// appendHeader appends the envelope's header, for an event of a trace with the
// dynamic sampling context of it. The public key that belongs to it is the
// endpoint's to know.
func (f *facts) appendHeader(dst []byte, id eventID, tid traceID, name string) []byte {
	dst = appendHex(append(dst, `{"event_id":`...), id[:])
	dst = append(dst, `,"sdk":{"name":"`+sdkName+`","version":"`+sdkVersion+`"}`...)
	if tid.IsValid() {
		dst = append(f.appendSampling(append(dst, `,"trace":{`...), tid, name), '}')
	}
	return append(dst, "}\n"...)
}

func (f *facts) appendSampling(dst []byte, tid traceID, name string) []byte {
	dst = appendHex(append(dst, `"trace_id":`...), tid[:])
	dst = appendString(append(dst, `,"release":`...), f.release)
	if f.environment != "" {
		dst = appendString(append(dst, `,"environment":`...), f.environment)
	}
	if name != "" {
		dst = appendString(append(dst, `,"transaction":`...), name)
	}
	return append(dst, `,"sample_rate":"1","sampled":"true"`...)
}

// lengthWidth is how many digits the length of an item may have. Spaces after
// a number are JSON, so that the length can be written behind the item.
const lengthWidth = 9

// appendItem appends an item's header, with its length, and the item.
func appendItem(dst []byte, kind string, item func([]byte) []byte) []byte {
	dst = append(dst, `{"type":"`+kind+`","length":`...)
	at := len(dst)
	dst = append(dst, "         }\n"...)
	start := len(dst)
	dst = item(dst)
	appendInt(dst[at:at:at+lengthWidth], len(dst)-start)
	return append(dst, '\n')
}

func (f *facts) appendTransaction(dst []byte, t *transaction) []byte {
	start := len(dst)
	dst = appendHex(append(dst, `{"type":"transaction","event_id":`...), t.id[:])
	dst = appendString(append(dst, `,"transaction":`...), t.root.Name())
	dst = append(dst, `,"transaction_info":{"source":"task"},"start_timestamp":`...)
	dst = appendTime(dst, t.root.StartTime())
	dst = appendTime(append(dst, `,"timestamp":`...), t.root.EndTime())
	dst = append(dst, f.members...)
	dst = appendTags(append(dst, `,"tags":{`...), t.tags)
	dst = append(dst, `},"contexts":{"trace":{`...)
	dst = appendTraceMembers(dst, t.root, t.status)
	dst = append(append(dst, '}'), f.contextMembers...)
	crumbs, crumbsDropped := t.crumbs.latest(maxItem - maxRest - len(t.spans) - (len(dst) - start))
	dst = appendDropped(dst, t.dropped, crumbsDropped)
	dst = append(dst, `},"measurements":{`...)
	dst = appendMeasurements(dst, t.root.Attributes())
	dst = appendCrumbs(append(dst, '}'), crumbs)
	dst = append(append(dst, `,"spans":[`...), t.spans...)
	return append(dst, `]}`...)
}

// appendDropped tells how much there was no room for.
func appendDropped(dst []byte, spans, crumbs int) []byte {
	if spans == 0 && crumbs == 0 {
		return dst
	}
	dst = append(dst, `,"otelbridge":{"type":"default"`...)
	if spans > 0 {
		dst = appendInt(append(dst, `,"spans_dropped":`...), spans)
	}
	if crumbs > 0 {
		dst = appendInt(append(dst, `,"breadcrumbs_dropped":`...), crumbs)
	}
	return append(dst, '}')
}

func appendCrumbs(dst []byte, crumbs []json.RawMessage) []byte {
	for i, text := range crumbs {
		if i == 0 {
			dst = append(dst, `,"breadcrumbs":[`...)
		} else {
			dst = append(dst, ',')
		}
		dst = append(dst, text...)
	}
	if len(crumbs) > 0 {
		dst = append(dst, ']')
	}
	return dst
}

// mustJSON is for values made here, which have no JSON that fails.
func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		return []byte("null")
	}
	return b
}
