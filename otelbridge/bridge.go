package otelbridge

import (
	"context"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// scopeName is the instrumentation scope of the spans that Pipeline and Step
// make.
const scopeName = "github.com/otelbridge/otelbridge-go"

// Bridge carries spans to the routes it was started with. Its methods may be
// called from many goroutines at once. A nil Bridge works and does nothing, as
// does one that is off or whose Start failed.
type Bridge struct {
	settings Settings
	sdk      *sdktrace.TracerProvider // nil: off
	provider *provider
	delivery *delivery
	outlets  []Outlet
	version  string // of the host
}

// off reports whether nothing is traced.
func (b *Bridge) off() bool { return b == nil || b.sdk == nil }

// Settings returns what was resolved at Start, for a host that wants to show
// it.
func (b *Bridge) Settings() Settings {
	if b == nil {
		return Settings{}
	}
	return b.settings
}

// TracerProvider returns the provider whose spans are bridged, for
// OpenTelemetry instrumentation of the host's own choice. It is private to the
// bridge: to make it the process's default, the host calls
// otel.SetTracerProvider itself. When the bridge is off it is a no-op.
func (b *Bridge) TracerProvider() trace.TracerProvider {
	if b.off() {
		return noop.NewTracerProvider()
	}
	return b.provider
}

// Shutdown ends the bridge: what the routes hold goes to disk, and the
// uploader gets as much time as the app's Delivery grants, never more than
// ctx allows. What is not delivered by then is delivered by a later run.
//
// A ctx that has ended, as after Ctrl-C, still lets the routes write to disk,
// which takes moments, or as long as a disk hangs; it only leaves no time for the
// network. The error says which route did not finish; nothing depends on it.
// Further calls do nothing.
func (b *Bridge) Shutdown(ctx context.Context) error {
	if b.off() {
		return nil
	}
	err := b.sdk.Shutdown(context.WithoutCancel(ctx))
	b.delivery.end(ctx)
	return err
}
