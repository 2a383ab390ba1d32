// Package otelbridge carries the spans of a command-line tool or a data
// pipeline to the people they are for: anonymous events to those who build the
// tool, traces and errors to the operator's own OpenTelemetry Collector and
// Sentry. One switch turns all of it off.
//
//	bridge, err := otelbridge.Start(ctx, app, track.Route, otlp.Route, sentry.Route)
//	defer bridge.Shutdown(ctx)
//	err = bridge.Pipeline(ctx, "chess", func(ctx context.Context) error {
//		if err := otelbridge.Step(ctx, "extract", extract); err != nil {
//			return err
//		}
//		return otelbridge.Step(ctx, "load", load, attribute.String("destination.name", "duckdb"))
//	})
//
// # What leaves the machine
//
// Only what the app's schema declares: see package anon. Anonymous events need
// consent; the operator's routes exist when their endpoint is configured.
//
// # What it costs
//
// Off, a step costs a look into its context and allocates nothing. On, with one
// route it costs one to one and a half times as much as with OpenTelemetry's own
// SDK and a batch processor, with all three over twice as much. Routes encode
// into a queue on disk and never touch the network, so no state of the network
// is felt by the host.
//
// # Turning it off
//
// enable_runtime_trace = false at the top of a config.toml,
// ENABLE_RUNTIME_TRACE=false, OTEL_SDK_DISABLED=true or App.Disabled turn
// everything off: then there is no connection, no file, no goroutine and no
// child process. DO_NOT_TRACK, <APP>_NO_TELEMETRY and others turn the
// anonymous events off: see [Resolve].
//
// # What it is not for
//
// It is no logging and no metrics library, and no way to learn who somebody
// is. It sets no global of OpenTelemetry. It prints the question or the notice
// of [App.Consent] and what <APP>_TELEMETRY=log and <APP>_TELEMETRY_DEBUG=1 ask
// for, all on standard error, and nothing else.
package otelbridge
