package otelbridge

import (
	"reflect"
	"slices"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// maxTold bounds how many errors of a run are remembered.
const maxTold = 128

// tale is an error that a step recorded, and the span that would hear of it
// next when it is returned: the step's parent.
type tale struct {
	err  error
	next trace.SpanID
}

// told reports whether a child of the span already recorded the error that the
// span is about to record, and remembers that the span did. The same error
// value in two steps beside each other, such as io.EOF, is two failures: only
// the way up counts. A nil run remembers nothing.
func (r *runState) told(span trace.Span, err error) bool {
	if r == nil {
		return false
	}
	own := span.SpanContext().SpanID()
	next := parentOf(span)
	r.mu.Lock()
	defer r.mu.Unlock()
	budget := maxLooks
	old := r.heard(own, err, &budget)
	r.forget(own)
	if len(r.tales) == maxTold { // the oldest are those that nobody returned
		r.tales = slices.Delete(r.tales, 0, 1)
	}
	r.tales = append(r.tales, tale{err, next})
	return old
}

// ended forgets what a span was told that ends without an error of its own: its
// step dealt with it.
func (r *runState) ended(span trace.Span) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.tales) > 0 {
		r.forget(span.SpanContext().SpanID())
	}
}

// forget drops what was told to a span, which ends now.
func (r *runState) forget(span trace.SpanID) {
	r.tales = slices.DeleteFunc(r.tales, func(t tale) bool { return t.next == span })
}

// heard reports whether everything in an error was told to the span before: the
// error itself, or all that it wraps.
func (r *runState) heard(span trace.SpanID, err error, budget *int) bool {
	for _, t := range r.tales {
		if t.next == span && same(t.err, err) {
			return true
		}
	}
	wrapped := unwrap(err)
	for _, e := range wrapped {
		if *budget--; e == nil || *budget < 0 || !r.heard(span, e, budget) {
			return false
		}
	}
	return len(wrapped) > 0
}

func same(a, b error) bool {
	t := reflect.TypeOf(a)
	return t == reflect.TypeOf(b) && t.Comparable() && reflect.ValueOf(a).Comparable() && a == b
}

func parentOf(span trace.Span) trace.SpanID {
	if s, ok := span.(sdktrace.ReadOnlySpan); ok {
		return s.Parent().SpanID()
	}
	return trace.SpanID{}
}
