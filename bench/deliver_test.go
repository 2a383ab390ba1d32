package bench

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/segmentio/analytics-go/v3"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelbridge/otelbridge-go/exporters/track"
	"github.com/otelbridge/otelbridge-go/exporters/track/batch"
	"github.com/otelbridge/otelbridge-go/internal/spool"
	"github.com/otelbridge/otelbridge-go/internal/upload"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// delivering is what an event costs from the host's hand to a loopback server,
// with each client's own batches, and all of them arrived at the end. Both clients
// send while the host goes on, but for the rows that say otherwise. Ours is a host
// with batch.Of(track.Route), whose endpoint says that it takes gzip; the plain row
// is one whose endpoint does not, such as Segment's.
var delivering = table{"Deliver events to a loopback server, all of them arrived; base: analytics-go", []row{
	{"analytics-go, plain", 0, segmentEvents},
	{"recorded in the spool and delivered meanwhile, joined, gzip", 0.5, deliveredMeanwhile},
	{"recorded first and then delivered, joined, gzip", 0, deliveredAfterwards},
	{"delivered from the spool alone, joined, gzip", 0.35, deliveredAlone},
	{"delivered from the spool alone, joined, plain", 0, deliveredPlain},
}}

func BenchmarkDeliver(b *testing.B)  { delivering.bench(b) }
func TestRatiosDeliver(t *testing.T) { delivering.print(t) }

func segmentEvents(b *testing.B) {
	server := newSink(b)
	client, err := analytics.NewWithConfig("key", analytics.Config{Endpoint: server.URL, Logger: silence{}})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		err := client.Enqueue(analytics.Track{AnonymousId: "0123456789abcdef0123456789abcdef", Event: "pipeline_load", Properties: analytics.NewProperties().
			Set("destination_name", "duckdb").Set("destination_fingerprint", "QG3jAgDSKyZbQ6DosvY1").Set("pipeline_name_hash", "z0C-yCbebNsqrmzEobkJ").
			Set("dataset_name_hash", "4IkU7eDM6yt1WJc1YdLD").Set("default_schema_name_hash", "cb-OFN9Mf40Yo982_hCk").Set("elapsed", 1.5).Set("success", true).
			Set("transaction_id", "2ebd0ee3a9869580c37463a5737a9459").Set("event_category", "pipeline").Set("event_name", "load")})
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := client.Close(); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	arrived(b, server)
}

type silence struct{}

func (silence) Logf(string, ...any)   {}
func (silence) Errorf(string, ...any) {}

// arrived counts events on the wire.
func arrived(b *testing.B, server *sink) {
	events := 0
	for _, body := range server.plain(b) {
		events += bytes.Count(body, []byte(`"event":`))
	}
	if events != b.N {
		b.Errorf("%d of %d events arrived", events, b.N)
	}
	b.ReportMetric(float64(server.wire)/float64(b.N), "wire-B/op")
}

// backlog is how many events wait at most before they are delivered: what fits
// into the 64 MiB that a queue has by default.
const backlog = 80_000

func deliveredMeanwhile(b *testing.B) {
	l := newLine(b, "gzip")
	l.queue.OnAppend(l.uploader.Wake)
	b.ReportAllocs()
	b.ResetTimer()
	l.record(b.N)
	l.deliver()
	b.StopTimer()
	l.arrived()
}

func deliveredAfterwards(b *testing.B) {
	l := newLine(b, "gzip")
	b.ReportAllocs()
	b.ResetTimer()
	for left := b.N; left > 0; left -= backlog {
		l.record(min(left, backlog))
		l.deliver()
	}
	b.StopTimer()
	l.arrived()
}

func deliveredAlone(b *testing.B) { alone(b, "gzip") }
func deliveredPlain(b *testing.B) { alone(b, "identity") }

func alone(b *testing.B, accepted string) {
	l := newLine(b, accepted)
	b.ReportAllocs()
	b.ResetTimer()
	for left := b.N; left > 0; left -= backlog {
		b.StopTimer()
		l.record(min(left, backlog))
		b.StartTimer()
		l.deliver()
	}
	b.StopTimer()
	l.arrived()
}

// line is the way of an event: the track route, its spool, and the uploader to a
// server of ours that takes batches.
type line struct {
	b        *testing.B
	server   *sink
	track    otelbridge.Outlet
	span     sdktrace.ReadOnlySpan
	queue    *spool.Queue
	uploader *upload.Uploader
}

func newLine(b *testing.B, accepted string) *line {
	dir := b.TempDir()
	l := &line{b: b, server: newSink(b), span: endedSpan("load", attributes12(0)...)}
	l.server.accepted = accepted
	l.queue = spool.Open(filepath.Join(dir, "track"), spool.Limits{})
	s := setup(b, l.queue)
	s.Settings.TelemetryEndpoint.Text = l.server.URL
	var err error
	if l.track, err = batch.Of(track.Route)(s); err != nil {
		b.Fatal(err)
	}
	// The pause lets events gather; it is shorter than a host's, which records less.
	l.uploader = upload.New(upload.Config{Dir: dir, Interval: 10 * time.Millisecond}, upload.Target{
		Name: "track", Queue: l.queue, URL: l.server.URL, Join: l.track.Join,
		Gzip: l.track.Gzip, GzipWhenAccepted: l.track.GzipWhenAccepted,
	})
	return l
}

func (l *line) record(n int) {
	for range n {
		l.track.Processor.OnEnd(l.span)
	}
}

// deliver delivers all there is.
func (l *line) deliver() {
	for more := true; more; {
		result, err := l.uploader.Flush(context.Background())
		if err != nil {
			l.b.Fatal(err)
		}
		more = result.More
	}
}

func (l *line) arrived() {
	_ = l.uploader.Close(context.Background())
	_ = l.queue.Close()
	arrived(l.b, l.server)
}
