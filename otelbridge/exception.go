package otelbridge

import (
	"context"
	"encoding/json"
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/internal/clip"
)

// The event and attributes under which OpenTelemetry's semantic conventions
// (v1.43.0) record an exception.
const (
	exceptionEvent = "exception"

	exceptionType       attribute.Key = "exception.type"
	exceptionMessage    attribute.Key = "exception.message"
	exceptionStacktrace attribute.Key = "exception.stacktrace"
)

// panicType is the exception.type of a panic.
const panicType = "panic"

// How much of a text is kept, in bytes.
const (
	maxMessage   = 4 << 10
	maxErrorType = 256
)

// recordError adds one exception event to a span: type, message and stack of
// the error as OpenTelemetry has them, and the whole chain under
// anon.ChainKey. An error that a child of the span already told has an empty
// chain, so that a route which makes issues makes one.
func recordError(ctx context.Context, span trace.Span, err error) {
	span.SetAttributes(anon.ErrorType.String(errorType(err)))
	chain, stack := "", ""
	if run := runFrom(ctx); !run.told(span, err) {
		links := chainOf(err, run.stack())
		chain, stack = encodeChain(links), links.stack()
	}
	if stack == "" {
		stack = callers()
	}
	span.AddEvent(exceptionEvent, trace.WithAttributes(exception(err, chain, stack)...))
}

// Exception returns the attributes of an OpenTelemetry exception event for an
// error, with its whole chain and its stack as [Step] records them, for spans
// that a host makes itself:
//
//	span.AddEvent("exception", trace.WithAttributes(otelbridge.Exception(err)...))
//
// A nil error has none.
func Exception(err error) []attribute.KeyValue {
	if err == nil {
		return nil
	}
	links := chainOf(err, StackOf)
	stack := links.stack()
	if stack == "" {
		stack = callers()
	}
	return exception(err, encodeChain(links), stack)
}

func exception(err error, chain, stack string) []attribute.KeyValue {
	return []attribute.KeyValue{
		exceptionType.String(fmt.Sprintf("%T", err)),
		exceptionMessage.String(messageOf(err)),
		exceptionStacktrace.String(stack),
		anon.ChainKey.String(chain),
	}
}

// recordPanic adds an exception event for a panic that passes through. The
// panic is not recovered, so its value cannot be known here and the trace the
// program prints stays what it was; the text of one that ends the process is
// in the crash report of [Bridge.Recover]. A goroutine that ends by
// runtime.Goexit comes here as well and is not a panic.
func recordPanic(ctx context.Context, span trace.Span) {
	stack, panicked := panicStack()
	if !panicked {
		return
	}
	attrs := []attribute.KeyValue{
		exceptionType.String(panicType),
		exceptionMessage.String(panicType),
		exceptionStacktrace.String(stack),
	}
	if runFrom(ctx).told(span, passing{stack}) {
		attrs = append(attrs, anon.ChainKey.String(""))
	}
	span.AddEvent(exceptionEvent, trace.WithAttributes(attrs...))
}

// passing stands for a panic that passes from step to step: the stack of its
// origin is the same in each.
type passing struct{ stack string }

func (passing) Error() string { return panicType }

// encodeChain writes the links as JSON. Secrets in it are masked where the span
// is scrubbed.
func encodeChain(links chain) string {
	b, err := json.Marshal(links)
	if err != nil {
		return ""
	}
	return string(b)
}

// messageOf is what an error says, with its secrets: they are masked where the
// span is scrubbed.
func messageOf(err error) string {
	text := "no message: the method Error panicked"
	try(func() { text = err.Error() })
	return clip.Words(text, maxMessage)
}

// try calls methods of the host's error type. They may panic, as those of a nil
// pointer do: then what they were asked stays unanswered.
func try(ask func()) {
	defer func() { _ = recover() }()
	ask()
}
