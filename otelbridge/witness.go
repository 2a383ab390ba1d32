package otelbridge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/upload"
)

// The record of what was sent is kept for a week and in two files of half a
// megabyte each.
const (
	anonymousRoute = "track"

	sentFile    = "sent.ndjson"
	sentOldFile = "sent.old.ndjson"
	sentLimit   = 512 << 10
	sentAge     = 7 * 24 * time.Hour
)

// Sent is one delivery as it is recorded for the user to look at.
type Sent struct {
	// Time is when the request was made.
	Time time.Time `json:"time"`
	// Route is where it came from, URL where it went.
	Route string `json:"route"`
	URL   string `json:"url"`
	// Status is the answer; zero when there was none, and Error says why.
	Status int    `json:"status,omitempty"`
	Error  string `json:"error,omitempty"`
	// Fate says what became of the records: delivered, kept, dropped, or again
	// for those that go again at once, in smaller requests or uncompressed.
	Fate string `json:"fate"`
	// Records is how many there were, Bytes the length of the request's body.
	Records int `json:"records"`
	Bytes   int `json:"bytes"`
	// Body is what an anonymous request held, as it was sent.
	Body json.RawMessage `json:"body,omitempty"`
}

// witness records deliveries and, if asked to, prints a line for each.
type witness struct {
	dir   string    // empty: record nothing
	debug io.Writer // nil: print nothing
}

func newWitness(s Settings) *witness {
	w := &witness{dir: s.Paths.State}
	if s.Debug {
		w.debug = os.Stderr
	}
	return w
}

func (w *witness) saw(d upload.Delivery) {
	if w.debug != nil {
		fmt.Fprintln(w.debug, debugLine(d))
	}
	if w.dir != "" {
		w.append(sentOf(d))
	}
}

// debugLine is what <PREFIX>_TELEMETRY_DEBUG prints for a delivery.
func debugLine(d upload.Delivery) string {
	if d.Status == 0 {
		return fmt.Sprintf("telemetry: POST %s -> failed (%v)", d.URL, d.Err)
	}
	return fmt.Sprintf("telemetry: POST %s -> %d", d.URL, d.Status)
}

func sentOf(d upload.Delivery) Sent {
	s := Sent{
		Time: d.Time.UTC(), Route: d.Target, URL: d.URL, Status: d.Status, Fate: d.Fate.String(),
		Records: d.Records, Bytes: d.Bytes,
	}
	if d.Status == 0 && d.Err != nil {
		s.Error = d.Err.Error()
	}
	if d.Target == anonymousRoute && json.Valid(d.Body) {
		s.Body = d.Body
	}
	return s
}

// append adds a line. A record that cannot be kept is no reason to stop.
func (w *witness) append(s Sent) {
	line, err := sentLine(s)
	if err != nil {
		return
	}
	path := filepath.Join(w.dir, sentFile)
	rotate(path, filepath.Join(w.dir, sentOldFile), s.Time)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	_, _ = f.Write(line)
	_ = f.Close()
}

// sentLine keeps the bytes of a body as they are, where json.Marshal would
// escape some.
func sentLine(s Sent) ([]byte, error) {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(s)
	return line.Bytes(), err
}

// rotate puts a file that is full, or half as old as a record may be, in the
// place of the older one, so that nothing stays beyond its age or its room
// while deliveries go on.
func rotate(path, old string, now time.Time) {
	info, err := os.Stat(path)
	if err != nil {
		return
	}
	if info.Size() > sentLimit || now.Sub(firstSent(path, now)) > sentAge/2 {
		_ = os.Rename(path, old)
	}
	if info, err := os.Stat(old); err == nil && now.Sub(info.ModTime()) > sentAge/2 {
		_ = os.Remove(old)
	}
}

// firstSent is the time of the first line, which stands at its start. A line
// that is damaged is as old as can be.
func firstSent(path string, now time.Time) time.Time {
	const before = `{"time":"`
	head := make([]byte, len(before)+len(time.RFC3339Nano)+1)
	f, err := os.Open(path)
	if err != nil {
		return now
	}
	defer f.Close()
	n, _ := io.ReadFull(f, head)
	text, _, _ := strings.Cut(strings.TrimPrefix(string(head[:n]), before), `"`)
	first, _ := time.Parse(time.RFC3339Nano, text)
	return first
}
