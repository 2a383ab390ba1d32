package anon

import (
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// span is a scrubbed span. The embedded interface is nil: a method that a
// later SDK adds to ReadOnlySpan is not let through by accident, it panics in
// the route that calls it, which ends that route alone.
type span struct {
	sdktrace.ReadOnlySpan

	name       string
	context    trace.SpanContext
	parent     trace.SpanContext
	kind       trace.SpanKind
	start, end time.Time
	attrs      []attribute.KeyValue
	events     []sdktrace.Event
	links      []sdktrace.Link
	status     sdktrace.Status
	scope      instrumentation.Scope
	resource   *resource.Resource
	children   int
	lost       [3]int // attributes, events, links
}

var _ sdktrace.ReadOnlySpan = (*span)(nil)

func (s *span) Name() string                                { return s.name }
func (s *span) SpanContext() trace.SpanContext              { return s.context }
func (s *span) Parent() trace.SpanContext                   { return s.parent }
func (s *span) SpanKind() trace.SpanKind                    { return s.kind }
func (s *span) StartTime() time.Time                        { return s.start }
func (s *span) EndTime() time.Time                          { return s.end }
func (s *span) Attributes() []attribute.KeyValue            { return s.attrs }
func (s *span) Events() []sdktrace.Event                    { return s.events }
func (s *span) Links() []sdktrace.Link                      { return s.links }
func (s *span) Status() sdktrace.Status                     { return s.status }
func (s *span) InstrumentationScope() instrumentation.Scope { return s.scope }
func (s *span) Resource() *resource.Resource                { return s.resource }
func (s *span) ChildSpanCount() int                         { return s.children }
func (s *span) DroppedAttributes() int                      { return s.lost[0] }
func (s *span) DroppedEvents() int                          { return s.lost[1] }
func (s *span) DroppedLinks() int                           { return s.lost[2] }

// InstrumentationLibrary is the old name of InstrumentationScope, which the
// interface still asks for.
//
//lint:ignore SA1019 the interface demands it
func (s *span) InstrumentationLibrary() instrumentation.Library { return s.scope }
