package otelbridge

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/upload"
)

func deliveryAt(at time.Time) upload.Delivery {
	return upload.Delivery{
		Target: anonymousRoute, URL: "https://127.0.0.1/v1/track", Status: 204, Fate: upload.Delivered,
		Records: 1, Bytes: 10, Time: at, Body: []byte(`{"a":"<&>"}`),
	}
}

// TestSentLog writes and reads the record of a year: nothing in it is older
// than a week, all of the last three days is there, and it stays small.
func TestSentLog(t *testing.T) {
	dir := t.TempDir()
	w := &witness{dir: dir}
	now := time.Now()
	for at := now.Add(-365 * 24 * time.Hour); at.Before(now); at = at.Add(6 * time.Hour) {
		w.saw(deliveryAt(at))
		for _, name := range []string{sentFile, sentOldFile} { // as if time had passed
			_ = os.Chtimes(filepath.Join(dir, name), time.Time{}, at)
		}
	}
	var all []Sent
	for _, name := range []string{sentOldFile, sentFile} {
		found, err := readSent(filepath.Join(dir, name), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	if len(all) < 12 || len(all) > 30 {
		t.Errorf("%d deliveries are kept", len(all))
	}
	if age := now.Sub(all[0].Time); age > sentAge+6*time.Hour {
		t.Errorf("the oldest is from %s ago", age)
	}
	if string(all[0].Body) != `{"a":"<&>"}` {
		t.Errorf("body %s", all[0].Body)
	}
}

func TestSentLogIsBounded(t *testing.T) {
	dir := t.TempDir()
	w := &witness{dir: dir}
	d := deliveryAt(time.Now())
	d.Body = []byte(`"` + strings.Repeat("x", 20<<10) + `"`)
	for range 200 {
		w.saw(d)
	}
	size := int64(0)
	for _, name := range []string{sentFile, sentOldFile} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
	}
	if size < sentLimit || size > 2*sentLimit+2*21<<10 {
		t.Errorf("%d bytes are kept", size)
	}
}

func TestReadSentPassesOverDamage(t *testing.T) {
	line := `{"time":"2026-11-20T10:00:00Z","route":"otlp","url":"u","fate":"kept","records":1,"bytes":2}` + "\n"
	old := strings.Replace(line, "2026", "2001", 1)
	long := fmt.Sprintf(`{"time":"2026-11-20T10:00:00Z","url":"%s"}`+"\n", strings.Repeat("x", maxSentLine))
	since := time.Date(2026, 11, 14, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]int{
		"": 0, line: 1, line + line: 2, "x\n" + line: 1, line + line[:30]: 1, old + line: 1, "\n\n" + line: 1,
		"[1]\nnull\n" + line: 1, line + long + line: 1, line + "\xff\xfe\n" + line: 2,
	} {
		found, err := parseSent(strings.NewReader(text), since)
		if err != nil || len(found) != want {
			t.Errorf("%.60q: %d found, want %d, %v", text, len(found), want, err)
		}
	}
}
