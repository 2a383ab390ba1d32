package spool

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkOpenAppendClose is the base of the other figures: what it costs to add a line to a log the simple way.
func BenchmarkOpenAppendClose(b *testing.B) {
	path := filepath.Join(b.TempDir(), "log")
	body := make([]byte, 700)
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

func BenchmarkAppend(b *testing.B) {
	q := Open(filepath.Join(b.TempDir(), "q"), Limits{})
	defer q.Close()
	r := Record{ContentType: "application/json", Body: make([]byte, 700)}
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		q.Append(r)
		drainEvery(b, q, n)
	}
}

// drainEvery empties the queue now and then, with the clock stopped, as an uploader would.
func drainEvery(b *testing.B, q *Queue, n int) {
	if n%1024 != 1023 {
		return
	}
	b.StopTimer()
	defer b.StartTimer()
	for batch, err := q.Next(1024, 1<<20); batch != nil || err != nil; batch, err = q.Next(1024, 1<<20) {
		if err != nil || batch.Done(0) != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAppendFull appends to a queue at its limits, so that each record pushes one out.
func BenchmarkAppendFull(b *testing.B) {
	q := Open(filepath.Join(b.TempDir(), "q"), Limits{Records: 256, Bytes: 1 << 20})
	defer q.Close()
	r := Record{ContentType: "application/json", Body: make([]byte, 700)}
	for range 256 {
		q.Append(r)
	}
	b.ReportAllocs()
	for b.Loop() {
		q.Append(r)
	}
}

func BenchmarkRoundTrip(b *testing.B) {
	q := Open(filepath.Join(b.TempDir(), "q"), Limits{})
	defer q.Close()
	body := make([]byte, 700)
	reader := bytes.NewReader(body)
	req, err := http.NewRequest(http.MethodPost, "http://127.0.0.1/", reader)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		reader.Reset(body)
		if _, err := q.RoundTrip(req); err != nil {
			b.Fatal(err)
		}
		drainEvery(b, q, n)
	}
}

// BenchmarkShortRun is what a short program pays in all: open, five records, close.
func BenchmarkShortRun(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "q")
	r := Record{ContentType: "application/json", Body: make([]byte, 700)}
	b.ReportAllocs()
	for b.Loop() {
		q := Open(dir, Limits{Records: 256, Bytes: 1 << 20})
		for range 5 {
			q.Append(r)
		}
		if err := q.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDeliver appends and takes away, in batches of 64.
func BenchmarkDeliver(b *testing.B) {
	q := Open(filepath.Join(b.TempDir(), "q"), Limits{})
	defer q.Close()
	r := Record{ContentType: "application/json", Body: make([]byte, 700)}
	b.ReportAllocs()
	for b.Loop() {
		for range 64 {
			q.Append(r)
		}
		batch, err := q.Next(64, 1<<20)
		if err != nil || len(batch.Records) != 64 {
			b.Fatal(batch, err)
		}
		if err := batch.Done(0); err != nil {
			b.Fatal(err)
		}
	}
}
