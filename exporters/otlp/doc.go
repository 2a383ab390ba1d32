// Package otlp is the route to the OpenTelemetry Collector, or another OTLP
// backend, of whoever runs the pipeline.
//
//	bridge, err := otelbridge.Start(ctx, app, otlp.Route)
//
// It is on when an endpoint is set, as otlp_endpoint in config.toml or as
// OTEL_EXPORTER_OTLP_ENDPOINT; see [otelbridge.Settings].
//
// # What is sent
//
// Each span is copied by an [anon.Scrubber] after it ended: declared attributes as
// they are, exceptions and the names of spans and events with secrets masked, or
// less, or more, as otlp_attributes says. The copies are encoded as OTLP protobuf
// and put into the route's spool, which another part of the bridge delivers.
// Credentials are added to a request when it is sent and are never written to disk.
//
// # What is not read
//
// The route reads no environment. The settings it is built from have been
// resolved before, OTEL_EXPORTER_OTLP_* among them. OpenTelemetry's exporter,
// otlptracehttp, reads those variables again before it heeds its options. Every
// value it could take from there is overridden; of a malformed one it would print
// an error, with the value, on the host's stderr, and so [otelbridge.Resolve] turns
// this route off where one is malformed. The exporter looks at them with the
// first batch: a host that sets such a variable of its own process to something
// malformed after Start has it printed.
//
// # What it costs
//
// A span that ends is queued. 512 of them, or those of 200 ms, are copied and
// encoded by a goroutine that lives as long as this takes; a short program has
// none, its spans are encoded by Shutdown. Nothing is dropped: when spans end
// faster than they can be encoded and appended to the spool, the queue of 2,048
// fills and the host that ends the next span makes room itself. A program that
// sends little never pays for a compressor: the first 16 KiB are spooled plain
// and compressed by the uploader.
//
// # What goes wrong
//
// Nothing the host notices. What finds no room in the spool is counted there, and
// the next delivery says how many; a panic is reported to App.OnError once and
// ends this route alone.
package otlp
