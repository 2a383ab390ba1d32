package sentry

import (
	"context"
	"log/slog"
	"runtime"
	"strconv"
	"time"

	sentrygo "github.com/getsentry/sentry-go"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// log makes an issue or a breadcrumb of a log record.
func (p *processor) log(ctx context.Context, r slog.Record, attrs []logAttr) {
	if p.scrubber.Disclosure == anon.DiscloseAnonymous || p.closed.Load() {
		return
	}
	s := p.scrubber.Span(newLogged(ctx, r, attrs))
	at := where{trace: s.SpanContext().TraceID(), span: s.SpanContext().SpanID()}
	if r.Level < max(slog.LevelWarn, min(p.level, slog.LevelError)) {
		p.crumb(at.trace, logCrumb(r, s))
		return
	}
	x := exception{time: r.Time, message: masked(r.Message, maxMessage), logger: "slog", level: levelOf(r.Level), stack: sourceOf(r.PC)}
	if events := s.Events(); len(events) > 0 {
		e := exceptionOf(events[0])
		x.links, x.dropped = e.links, e.dropped
	}
	if p.first(&x, at, byLog) {
		p.issue(&x, p.whereLogged(ctx, at, s))
	} else {
		p.crumb(at.trace, logCrumb(r, s))
	}
}

func logCrumb(r slog.Record, s sdktrace.ReadOnlySpan) crumb {
	return newCrumb(&sentrygo.Breadcrumb{
		Type: "default", Category: "log", Message: masked(r.Message, maxName),
		Level: levelOf(r.Level), Timestamp: r.Time.UTC(),
	}, s.Attributes(), s.DroppedAttributes())
}

func levelOf(l slog.Level) sentrygo.Level {
	switch {
	case l > slog.LevelError:
		return sentrygo.LevelFatal
	case l == slog.LevelError:
		return sentrygo.LevelError
	case l >= slog.LevelWarn:
		return sentrygo.LevelWarning
	case l >= slog.LevelInfo:
		return sentrygo.LevelInfo
	}
	return sentrygo.LevelDebug
}

// whereLogged adds the span that is current in ctx, with what the schema lets
// through of its attributes and of the record's.
func (p *processor) whereLogged(ctx context.Context, at where, s sdktrace.ReadOnlySpan) where {
	if current, ok := trace.SpanFromContext(ctx).(sdktrace.ReadOnlySpan); ok {
		span := p.fit(new(scratch), current)
		at.name, at.parent = span.Name(), span.Parent().SpanID()
		at.attrs, at.dropped = append(at.attrs, span.Attributes()...), span.DroppedAttributes()
	}
	at.attrs, at.dropped = append(at.attrs, s.Attributes()...), at.dropped+s.DroppedAttributes()
	return at
}

// threadsOf is where a record without an error was logged.
func threadsOf(x *exception, b program) []sentrygo.Thread {
	stack := b.stacktrace(x.stack)
	if stack == nil {
		return nil
	}
	return []sentrygo.Thread{{ID: "0", Stacktrace: stack, Current: true}}
}

// sourceOf is a stack of the one frame that a record knows.
func sourceOf(pc uintptr) string {
	if pc == 0 {
		return ""
	}
	f, _ := runtime.CallersFrames([]uintptr{pc}).Next()
	return f.Function + "(...)\n\t" + f.File + ":" + strconv.Itoa(f.Line) + "\n"
}

// logged is a log record in the form of a span, so that it passes the scrubber
// like one.
type logged struct {
	sdktrace.ReadOnlySpan

	context trace.SpanContext
	time    time.Time
	attrs   []attribute.KeyValue
	events  []sdktrace.Event
}

func newLogged(ctx context.Context, r slog.Record, attrs []logAttr) *logged {
	l := &logged{context: trace.SpanContextFromContext(ctx), time: r.Time}
	for _, a := range attrs {
		if err := errorOf(a.value); err != nil {
			if len(l.events) == 0 {
				l.events = append(l.events, sdktrace.Event{Name: exceptionEvent, Time: r.Time, Attributes: otelbridge.Exception(err)})
			}
			continue
		}
		if v, ok := valueOf(a.value); ok {
			l.attrs = append(l.attrs, attribute.KeyValue{Key: attribute.Key(a.key), Value: v})
		}
	}
	return l
}

func (l *logged) Name() string                                { return "log" }
func (l *logged) SpanContext() trace.SpanContext              { return l.context }
func (l *logged) Parent() trace.SpanContext                   { return trace.SpanContext{} }
func (l *logged) SpanKind() trace.SpanKind                    { return trace.SpanKindInternal }
func (l *logged) StartTime() time.Time                        { return l.time }
func (l *logged) EndTime() time.Time                          { return l.time }
func (l *logged) Attributes() []attribute.KeyValue            { return l.attrs }
func (l *logged) Events() []sdktrace.Event                    { return l.events }
func (l *logged) Links() []sdktrace.Link                      { return nil }
func (l *logged) Status() sdktrace.Status                     { return sdktrace.Status{} }
func (l *logged) InstrumentationScope() instrumentation.Scope { return instrumentation.Scope{} }
func (l *logged) Resource() *resource.Resource                { return nil }
func (l *logged) ChildSpanCount() int                         { return 0 }
func (l *logged) DroppedAttributes() int                      { return 0 }
func (l *logged) DroppedEvents() int                          { return 0 }
func (l *logged) DroppedLinks() int                           { return 0 }
