package sentry

import (
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/anon"
)

// statusOf is how a span went, in Sentry's words.
func statusOf(raw sdktrace.ReadOnlySpan) string {
	switch anon.OutcomeOf(raw) {
	case anon.Succeeded:
		return "ok"
	case anon.Canceled:
		return "cancelled"
	case anon.Started:
		return "unknown"
	}
	return "internal_error"
}

// opOf is the kind of work a span did. A step is told by its name; work with
// other systems by its OpenTelemetry kind and what its attributes are about.
func opOf(s sdktrace.ReadOnlySpan) string {
	switch s.SpanKind() {
	case trace.SpanKindServer:
		return about(s, "http.server", "server")
	case trace.SpanKindClient:
		return about(s, "http.client", "client")
	case trace.SpanKindProducer:
		return "queue.publish"
	case trace.SpanKindConsumer:
		return "queue.process"
	}
	if isWord(s.Name()) {
		return s.Name()
	}
	return "function"
}

func about(s sdktrace.ReadOnlySpan, http, other string) string {
	for _, kv := range s.Attributes() {
		switch kv.Key {
		case "http.request.method", "http.method":
			return http
		case "db.system.name", "db.system":
			return "db"
		case "rpc.system.name", "rpc.system":
			return "rpc"
		}
	}
	return other
}

// isWord reports whether a span name can stand as an op: a short identifier
// rather than a sentence.
func isWord(name string) bool {
	if name == "" || len(name) > 32 {
		return false
	}
	for i := range len(name) {
		c := name[i]
		if c != '_' && c != '.' && c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}
