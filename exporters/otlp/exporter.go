package otlp

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelbridge/otelbridge-go/anon"
)

// exporter stands between the SDK and the OTLP exporter. It copies and encodes
// what may leave of a span, and keeps from the SDK what it would print on the
// host's stderr: errors, which it reports instead, and panics. The SDK calls
// ExportSpans from one goroutine at a time.
type exporter struct {
	scrubber  anon.Scrubber
	url       *url.URL
	transport *transport
	client    client // nil until open
	fuse      *fuse

	scratch anon.Scratch
	batch   batch

	end  sync.Once
	done chan struct{}
}

var _ sdktrace.SpanExporter = (*exporter)(nil)

func newExporter(s anon.Scrubber, u *url.URL, t *transport, f *fuse) *exporter {
	return &exporter{scrubber: s, url: u, transport: t, fuse: f, done: make(chan struct{})}
}

// open makes the OTLP exporter. It comes before the first batch.
func (e *exporter) open() { e.client = newClient(e.url, e.transport) }

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

// export sends the spans in bodies that are short enough for every receiver. A
// span that is longer by itself goes alone.
func (e *exporter) export(ctx context.Context, spans []sdktrace.ReadOnlySpan) {
	for _, raw := range spans {
		s := e.scrubber.SpanIn(&e.scratch, raw)
		if n := e.batch.encode(s); e.batch.bytes+n > maxBody {
			e.send(ctx)
		}
		e.batch.add(s)
	}
	e.send(ctx)
}

// send empties the batch into the spool, which takes everything it can read and
// counts by itself what finds no room.
func (e *exporter) send(ctx context.Context) {
	if e.batch.spans == 0 {
		return
	}
	defer e.batch.reset()
	if err := e.client.UploadTraces(ctx, e.batch.messages()); err != nil {
		e.fuse.report(fmt.Errorf("otlp: %d spans lost: %w", e.batch.spans, withoutURL(err)))
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

// Shutdown is called by the SDK once, after the last batch.
func (e *exporter) Shutdown(context.Context) error {
	e.end.Do(func() { close(e.done) })
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
