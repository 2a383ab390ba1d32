package bench

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/otelbridge/otelbridge-go/internal/spool"
)

// recording is one event of 640 bytes, safe from a crash of the process.
var recording = table{"Record one event of 640 bytes, safe from a crash of the process; base: open, append, close", []row{
	{"open, append, close", 0, openAppendClose},
	{"append to an open file", 0, appendOnly},
	{"spool.Queue.Append", 0.45, spoolAppend},
	{"spool.Queue.Append, queue full", 0, spoolAppendFull},
}}

func BenchmarkRecord(b *testing.B)  { recording.bench(b) }
func TestRatiosRecord(t *testing.T) { recording.print(t) }

func openAppendClose(b *testing.B) {
	path, body := filepath.Join(b.TempDir(), "log"), make([]byte, 640)
	b.ReportAllocs()
	for b.Loop() {
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := file.Write(body); err != nil {
			b.Fatal(err)
		}
		if err := file.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func appendOnly(b *testing.B) {
	file, err := os.OpenFile(filepath.Join(b.TempDir(), "log"), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	body := make([]byte, 640)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := file.Write(body); err != nil {
			b.Fatal(err)
		}
	}
}

func spoolAppend(b *testing.B) {
	q := spool.Open(filepath.Join(b.TempDir(), "q"), spool.Limits{})
	defer q.Close()
	r := spool.Record{ContentType: "application/json", Body: make([]byte, 640)}
	b.ReportAllocs()
	for n := 1; b.Loop(); n++ {
		q.Append(r)
		if n%1024 == 0 {
			drain(b, q)
		}
	}
}

// drain empties the queue with the clock stopped, as an uploader would.
func drain(b *testing.B, q *spool.Queue) {
	b.StopTimer()
	defer b.StartTimer()
	for {
		batch, err := q.Next(1024, 1<<20)
		if err != nil {
			b.Fatal(err)
		}
		if batch == nil {
			return
		}
		if err := batch.Done(0); err != nil {
			b.Fatal(err)
		}
	}
}

func spoolAppendFull(b *testing.B) {
	q := spool.Open(filepath.Join(b.TempDir(), "q"), spool.Limits{Records: 256, Bytes: 1 << 20})
	defer q.Close()
	r := spool.Record{ContentType: "application/json", Body: make([]byte, 640)}
	for range 256 {
		q.Append(r)
	}
	b.ReportAllocs()
	for b.Loop() {
		q.Append(r)
	}
}
