package otlp

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/otelbridge/otelbridge-go/internal/gzip"
	"github.com/otelbridge/otelbridge-go/otelbridge"
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
// those of its body. One goroutine at a time uses it.
//
// OpenTelemetry's client makes the request and judges the answer. It is given no
// spans, and what it encoded, which is nothing, is replaced here: the spans are
// encoded already, and protobuf takes 0.2 ms of a short program to reflect upon
// the messages that it would otherwise be handed.
type transport struct {
	spool http.RoundTripper

	body    []byte // of the request that is being made; nil: it was sent
	room    []byte // for the next body
	spooled int
	packed  bytes.Buffer
	zip     otelbridge.Compressor // nil while little was spooled
}

var _ http.RoundTripper = (*transport)(nil)

var errNotSent = errors.New("OpenTelemetry's client has sent nothing")

// upload sends what encode appends.
func (t *transport) upload(c client, encode func([]byte) []byte) error {
	t.body = encode(t.room[:0])
	if t.room = t.body; cap(t.room) > 2*maxBody {
		t.room = nil
	}
	err := c.UploadTraces(context.Background(), nil)
	if err == nil && t.body != nil {
		return errNotSent
	}
	return err
}

// RoundTrip spools the body.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
	body := t.body
	t.body = nil
	if t.spooled += len(body); t.spooled <= plainBytes {
		return t.spool.RoundTrip(bare(req, body, ""))
	}
	return t.spool.RoundTrip(bare(req, t.compress(body), "gzip"))
}

// compress cannot fail: a buffer takes everything.
func (t *transport) compress(body []byte) []byte {
	if t.zip == nil {
		t.zip = gzip.New()
	}
	t.packed.Reset()
	t.zip.Reset(&t.packed)
	_, _ = t.zip.Write(body)
	_ = t.zip.Close()
	return t.packed.Bytes()
}

// bare is req with another body and no header that describes more than it.
func bare(req *http.Request, body []byte, encoding string) *http.Request {
	req = req.WithContext(req.Context())
	req.Header = http.Header{"Content-Type": {contentType}}
	if encoding != "" {
		req.Header.Set("Content-Encoding", encoding)
	}
	req.Body, req.GetBody, req.ContentLength = io.NopCloser(bytes.NewReader(body)), nil, int64(len(body))
	return req
}
