package otlp

import (
	"errors"
	"fmt"
	"net/url"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelbridge/otelbridge-go/anon"
)

// exporter copies and encodes what may leave of spans and hands it to
// OpenTelemetry's client. One goroutine at a time uses it.
type exporter struct {
	scrubber  anon.Scrubber
	url       *url.URL
	transport *transport
	client    client // nil until the first batch: to make one reads the environment
	fuse      *fuse

	scratch anon.Scratch
	batch   batch
}

func newExporter(s anon.Scrubber, u *url.URL, t *transport, f *fuse) *exporter {
	return &exporter{scrubber: s, url: u, transport: t, fuse: f}
}

// export sends the spans in bodies that are short enough for every receiver. A
// span that is longer by itself goes alone.
func (e *exporter) export(spans []sdktrace.ReadOnlySpan) {
	for _, raw := range spans {
		s := e.scrubber.SpanIn(&e.scratch, raw)
		if n := e.batch.encode(s); e.batch.spans == batchSize || e.batch.bytes+n > maxBody {
			e.send()
		}
		e.batch.add(s)
	}
	e.send()
}

// send empties the batch into the spool, which takes everything it can read and
// counts by itself what finds no room.
func (e *exporter) send() {
	if e.batch.spans == 0 {
		return
	}
	defer e.batch.reset()
	if e.client == nil {
		e.client = newClient(e.url, e.transport)
	}
	if err := e.transport.upload(e.client, e.batch.appendTo); err != nil {
		e.fuse.note(fmt.Errorf("otlp: %d spans lost: %w", e.batch.spans, withoutURL(err)))
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
