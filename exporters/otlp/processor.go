package otlp

import (
	"context"
	"net/url"
	"sync"
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

// processor queues spans that ended. They are copied and encoded in batches: by
// a goroutine that lives as long as that takes, by whoever flushes, or, when the
// queue is full, by the host. The SDK's batch processor would cost each program
// a goroutine for all its life, and a short one two threads more at its end.
// Safe for concurrent use.
type processor struct {
	fuse *fuse

	exporting sync.Mutex // guards exporter and spare; taken before mu
	exporter  *exporter
	spare     []sdktrace.ReadOnlySpan // memory of the last batch

	working sync.WaitGroup // goroutines, and the timer

	mu     sync.Mutex // guards what follows
	spans  []sdktrace.ReadOnlySpan
	timer  *time.Timer // runs while spans wait
	closed bool
}

var _ sdktrace.SpanProcessor = (*processor)(nil)

func newProcessor(s anon.Scrubber, u *url.URL, t *transport, report func(error)) *processor {
	f := &fuse{report: report}
	return &processor{fuse: f, exporter: newExporter(s, u, t, f)}
}

// OnStart does nothing: spans are exported when they end.
func (p *processor) OnStart(context.Context, sdktrace.ReadWriteSpan) {}

// OnEnd queues a sampled span. It makes room itself when the queue is full.
func (p *processor) OnEnd(raw sdktrace.ReadOnlySpan) {
	if p.fuse.blown() || !raw.SpanContext().IsSampled() {
		return
	}
	defer p.fuse.tell()
	defer p.fuse.catch()
	if p.queue(withOwnLinks(raw)) >= queueSize {
		p.export()
	}
}

// queue returns how many spans wait now. The first of a batch starts its timer,
// and a whole batch is exported meanwhile.
func (p *processor) queue(s sdktrace.ReadOnlySpan) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return 0
	}
	p.spans = append(p.spans, s)
	switch len(p.spans) {
	case 1:
		p.startTimer()
	case batchSize:
		p.working.Add(1)
		go p.work()
	}
	return len(p.spans)
}

func (p *processor) startTimer() {
	p.working.Add(1)
	if p.timer == nil {
		p.timer = time.AfterFunc(batchTimeout, p.work)
	} else {
		p.timer.Reset(batchTimeout)
	}
}

// work is an export on a goroutine of its own. What the host is told comes when
// nobody waits for it any more.
func (p *processor) work() {
	defer p.fuse.tell()
	defer p.working.Done()
	p.export()
}

// export brings all that waits to the spool, and waits for an export that is
// under way.
func (p *processor) export() {
	p.exporting.Lock()
	defer p.exporting.Unlock()
	defer p.fuse.catch()
	spans := p.take()
	if !p.fuse.blown() {
		p.exporter.export(spans)
	}
	clear(spans)
	p.spare = spans[:0]
}

// take empties the queue, whose timer then has nothing to wait for.
func (p *processor) take() []sdktrace.ReadOnlySpan {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.spans) > 0 && p.timer.Stop() {
		p.working.Done()
	}
	spans := p.spans
	p.spans, p.spare = p.spare, nil
	return spans
}

// ForceFlush brings the spans that have ended to the spool. It does not heed the
// end of ctx, since an append is over sooner than anything else that could be
// done with the spans.
func (p *processor) ForceFlush(context.Context) error {
	defer p.fuse.tell()
	p.export()
	return nil
}

// Shutdown is a last flush, and waits for what is under way. Spans that end later
// are not sent.
func (p *processor) Shutdown(context.Context) error {
	defer p.fuse.tell()
	p.close()
	p.export()
	p.working.Wait()
	return nil
}

func (p *processor) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
}
