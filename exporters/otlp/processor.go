package otlp

import (
	"context"
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelbridge/otelbridge-go/anon"
)

const (
	// batchTimeout is how long a span waits for others before it is on disk.
	batchTimeout = 200 * time.Millisecond

	// queueSize is how many spans a burst may be ahead of their encoding.
	queueSize = 2048

	// batchSize keeps a body of usual spans near 200 KiB. Longer batches gain
	// nothing.
	batchSize = 512
)

// processor hands spans that ended to the SDK's batch processor, whose exporter
// copies and encodes what may leave of them on a goroutine of its own. Those
// cost a goroutine and a queue, and read the environment, so they begin with the
// first span. Safe for concurrent use.
type processor struct {
	fuse     *fuse
	exporter *exporter

	begin sync.Once
	batch atomic.Pointer[sdktrace.SpanProcessor] // nil until the first span
}

var _ sdktrace.SpanProcessor = (*processor)(nil)

func newProcessor(s anon.Scrubber, u *url.URL, t *transport, report func(error)) *processor {
	f := &fuse{report: report}
	return &processor{fuse: f, exporter: newExporter(s, u, t, f)}
}

// OnStart does nothing: spans are exported when they end.
func (p *processor) OnStart(context.Context, sdktrace.ReadWriteSpan) {}

// OnEnd queues a sampled span. It waits while the queue is full.
func (p *processor) OnEnd(raw sdktrace.ReadOnlySpan) {
	if p.fuse.blown() || !raw.SpanContext().IsSampled() {
		return
	}
	defer p.fuse.catch()
	p.begin.Do(p.open)
	if batch := p.batch.Load(); batch != nil {
		(*batch).OnEnd(withOwnLinks(raw))
	}
}

// open states each option, because the SDK would take it from OTEL_BSP_*
// otherwise. An export has no timeout: it is an append to a file.
func (p *processor) open() {
	p.exporter.open()
	batch := sdktrace.NewBatchSpanProcessor(p.exporter,
		sdktrace.WithBatchTimeout(batchTimeout),
		sdktrace.WithExportTimeout(0),
		sdktrace.WithMaxQueueSize(queueSize),
		sdktrace.WithMaxExportBatchSize(batchSize),
		sdktrace.WithBlocking(),
	)
	p.batch.Store(&batch)
}

// ForceFlush brings the spans that have ended to the spool.
func (p *processor) ForceFlush(ctx context.Context) error {
	batch := p.batch.Load()
	if batch == nil {
		return nil
	}
	return wrap((*batch).ForceFlush(ctx))
}

// Shutdown brings the spans that have ended to the spool and ends the route.
// When ctx ends before, the rest is still written, by a goroutine that has no
// more than the queue to write and then ends; a further call waits for that.
func (p *processor) Shutdown(ctx context.Context) error {
	p.begin.Do(func() {}) // from here on nothing begins
	batch := p.batch.Load()
	if batch == nil {
		return nil
	}
	_ = (*batch).Shutdown(ctx) // says what ended tells more exactly, and only once
	return p.exporter.ended(ctx)
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("otlp: %w", err)
}
