package otlp

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// exporter stands between the SDK and the OTLP exporter, and keeps from the
// SDK what it would print on the host's stderr: errors, which it reports
// instead, and panics. The SDK calls ExportSpans from one goroutine at a time.
type exporter struct {
	url       *url.URL
	transport *transport
	next      sdktrace.SpanExporter // nil until open
	fuse      *fuse

	failing bool // the last batch was lost
	lost    int  // spans, since the beginning

	end  sync.Once
	done chan struct{}
}

var _ sdktrace.SpanExporter = (*exporter)(nil)

func newExporter(u *url.URL, t *transport, f *fuse) *exporter {
	return &exporter{url: u, transport: t, fuse: f, done: make(chan struct{})}
}

// open makes the OTLP exporter. It comes before the first batch.
func (e *exporter) open() { e.next = newClient(e.url, e.transport) }

// ExportSpans returns nil whatever happens. It does not heed the end of ctx,
// since an append is over sooner than anything else that could be done with the
// spans.
func (e *exporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	defer e.fuse.catch()
	if !e.fuse.blown() {
		e.export(context.WithoutCancel(ctx), spans)
	}
	return nil
}

// export halves a batch until its bodies are short enough for every receiver.
func (e *exporter) export(ctx context.Context, spans []sdktrace.ReadOnlySpan) {
	if len(spans) == 1 {
		ctx = context.WithValue(ctx, alone{}, true)
	}
	err := e.next.ExportSpans(ctx, spans)
	switch {
	case errors.Is(err, errTooLong) && len(spans) > 1:
		half := len(spans) / 2
		e.export(ctx, spans[:half])
		e.export(ctx, spans[half:])
	case err != nil:
		e.lose(len(spans), withoutURL(err))
	default:
		e.failing = false
	}
}

// withoutURL is what the spool said. net/http adds where to, although nothing
// was dialed.
func withoutURL(err error) error {
	var sent *url.Error
	if errors.As(err, &sent) {
		return sent.Err
	}
	return err
}

// lose reports the first failure of a row. How many there were is told at the
// end.
func (e *exporter) lose(spans int, err error) {
	e.lost += spans
	if !e.failing {
		e.fuse.report(fmt.Errorf("otlp: %d spans lost: %w", spans, err))
	}
	e.failing = true
}

// Shutdown is called by the SDK once, after the last batch.
func (e *exporter) Shutdown(context.Context) error {
	defer e.end.Do(func() { close(e.done) })
	defer e.fuse.catch()
	if e.lost > 0 {
		e.fuse.report(fmt.Errorf("otlp: %d spans lost in all", e.lost))
	}
	return nil
}

// ended waits for Shutdown until ctx ends.
func (e *exporter) ended(ctx context.Context) error {
	select {
	case <-e.done:
		return nil
	default:
	}
	select {
	case <-e.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("otlp: spans are still being written: %w", ctx.Err())
	}
}
