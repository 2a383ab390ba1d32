package bench

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"github.com/segmentio/analytics-go/v3"

	"github.com/otelbridge/otelbridge-go/internal/spool"
	"github.com/otelbridge/otelbridge-go/internal/upload"
)

// delivering is what an event costs from the host's hand to a loopback server,
// with each client's own batches, and all of them arrived at the end.
var delivering = table{"Deliver events to a loopback server, all of them arrived; base: analytics-go", []row{
	{"analytics-go, plain", 0, segmentEvents},
	{"recorded in the spool, then joined, gzip and delivered", 0.5, spoolEvents},
	{"delivered from the spool alone, joined, gzip", 0.35, spooledEvents},
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

func spoolEvents(b *testing.B) { events(b, false) }

func spooledEvents(b *testing.B) { events(b, true) }

// events appends events as the track route makes them, and delivers them as it
// does to Segment, compressed besides. With spooled the clock starts when they
// are in the spool.
func events(b *testing.B, spooled bool) {
	server := newSink(b)
	dir := b.TempDir()
	q := spool.Open(filepath.Join(dir, "track"), spool.Limits{Bytes: 4 << 30})
	u := upload.New(upload.Config{Dir: dir}, upload.Target{Name: "track", Queue: q, URL: server.URL, Join: joinBatch, Gzip: upload.NewGzip})
	p, span := trackRoute(b, q), endedSpan("load", attributes12(0)...)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		p.OnEnd(span)
	}
	if spooled {
		b.ResetTimer()
	}
	deliverAll(b, u)
	b.StopTimer()
	_ = u.Close(context.Background())
	_ = q.Close()
	arrived(b, server)
}

func deliverAll(b *testing.B, u *upload.Uploader) {
	for more := true; more; {
		result, err := u.Flush(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		more = result.More
	}
}

func joinBatch(bodies [][]byte) []byte {
	return append(append([]byte(`{"batch":[`), bytes.Join(bodies, []byte{','})...), "]}"...)
}
