package sentry

import (
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// unfinished stands for a root that has not ended when the route does, or of
// which nothing was heard for too long, so that what ended below it is not
// lost. Only what was seen at its start is known.
type unfinished struct {
	sdktrace.ReadOnlySpan // nil: what is not below is not asked of a root

	top   top
	trace traceID
	end   time.Time
}

var _ sdktrace.ReadOnlySpan = unfinished{}

func (u unfinished) Name() string                     { return u.top.name }
func (u unfinished) SpanContext() trace.SpanContext   { return contextOf(u.trace, u.top.id) }
func (u unfinished) Parent() trace.SpanContext        { return contextOf(u.trace, u.top.parent) }
func (u unfinished) SpanKind() trace.SpanKind         { return trace.SpanKindInternal }
func (u unfinished) StartTime() time.Time             { return u.top.start }
func (u unfinished) EndTime() time.Time               { return u.end }
func (u unfinished) Attributes() []attribute.KeyValue { return nil }
func (u unfinished) Links() []sdktrace.Link           { return nil }
func (u unfinished) DroppedAttributes() int           { return 0 }
func (u unfinished) DroppedLinks() int                { return 0 }

func contextOf(t traceID, s spanID) trace.SpanContext {
	return trace.NewSpanContext(trace.SpanContextConfig{TraceID: t, SpanID: s, TraceFlags: trace.FlagsSampled})
}
