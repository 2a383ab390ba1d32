package otlp

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"sync"
)

const (
	contentType = "application/x-protobuf"

	// maxBody is how long the spans of a body are together, unless it is a
	// single one: with their resource less than the spool keeps in memory
	// where it has no disk, and a small part of the 20 MiB that a Collector
	// takes.
	maxBody = 1<<20 - 64<<10

	// plainBytes are spooled before there is a compressor, which takes half a
	// millisecond and a megabyte to make: as much as the whole of a short
	// program may cost.
	plainBytes = 16 << 10
)

// transport puts what the exporter sends into the spool, with no header but
// those of its body. Safe for concurrent use.
type transport struct {
	spool http.RoundTripper

	mu      sync.Mutex
	spooled int64
	packed  bytes.Buffer
	zip     *gzip.Writer // nil while little was spooled
}

var _ http.RoundTripper = (*transport)(nil)

// RoundTrip spools a request whose length is known.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.spooled += req.ContentLength; t.spooled <= plainBytes {
		return t.spool.RoundTrip(bare(req, req.Body, req.ContentLength, ""))
	}
	if err := t.compress(req.Body); err != nil {
		return nil, err
	}
	packed := io.NopCloser(bytes.NewReader(t.packed.Bytes()))
	return t.spool.RoundTrip(bare(req, packed, int64(t.packed.Len()), "gzip"))
}

// compress fails only with the body: the level is valid, and a buffer takes
// everything.
func (t *transport) compress(body io.ReadCloser) error {
	if t.zip == nil {
		t.zip, _ = gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
	}
	t.packed.Reset()
	t.zip.Reset(&t.packed)
	_, err := io.Copy(t.zip, body)
	return errors.Join(err, body.Close(), t.zip.Close())
}

// bare is req with another body and no header that describes more than it.
func bare(req *http.Request, body io.ReadCloser, length int64, encoding string) *http.Request {
	req = req.WithContext(req.Context())
	req.Header = http.Header{"Content-Type": {contentType}}
	if encoding != "" {
		req.Header.Set("Content-Encoding", encoding)
	}
	req.Body, req.GetBody, req.ContentLength = body, nil, length
	return req
}
