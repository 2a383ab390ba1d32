// Package otlpwire appends spans to a buffer in the protobuf form of OTLP 1.11
// (opentelemetry-proto, trace/v1 and common/v1).
//
// It is for routes that have a span to write and not a tree of messages to
// build: it links no protobuf and allocates nothing but the buffer. What it
// writes is what OpenTelemetry's own exporter would send for the same span, but
// that a string which is not UTF-8, for which a receiver refuses the
// whole request, has U+FFFD in the place of what is wrong.
package otlpwire
