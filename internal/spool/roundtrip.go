package spool

import (
	"fmt"
	"net/http"
	"time"
)

var _ http.RoundTripper = (*Queue)(nil)

// maxPooled is the largest buffer kept for the next record.
const maxPooled = 256 << 10

// buffer is a frame in the making.
type buffer struct{ bytes []byte }

// RoundTrip appends the body of a request, with its content type and encoding, and answers 200 with an empty body. Neither
// URL nor other headers are kept. It dials nothing, and no trouble with the disk shows; the only error is the body's
// own, when it cannot be read. The body is closed.
func (q *Queue) RoundTrip(req *http.Request) (*http.Response, error) {
	now := time.Now()
	b := q.buffer()
	defer q.recycle(b)
	b.bytes = beginFrame(b.bytes, now, req.Header.Get("Content-Type"), req.Header.Get("Content-Encoding"))
	if err := b.read(req, q.limits.frameBytes()); err != nil {
		return nil, fmt.Errorf("spool: read the request's body: %w", err)
	}
	q.store(b.bytes, now)
	return accepted(req), nil
}

// read appends the request's body, of which limit is more than enough, and closes it.
func (b *buffer) read(req *http.Request, limit int64) (err error) {
	if req.Body == nil {
		return nil
	}
	b.bytes, err = appendBody(b.bytes, req.Body, req.ContentLength, limit)
	if closed := req.Body.Close(); err == nil {
		err = closed
	}
	return err
}

// accepted has no headers, not even an empty map for them.
func accepted(req *http.Request) *http.Response {
	return &http.Response{
		Status:     "200 OK",
		StatusCode: http.StatusOK,
		Proto:      "HTTP/1.1",
		ProtoMajor: 1,
		ProtoMinor: 1,
		Body:       http.NoBody,
		Request:    req,
	}
}

// buffer returns an empty buffer, used before if there is one.
func (q *Queue) buffer() *buffer {
	if b, ok := q.buffers.Get().(*buffer); ok {
		b.bytes = b.bytes[:0]
		return b
	}
	return &buffer{make([]byte, 0, 1<<10)}
}

func (q *Queue) recycle(b *buffer) {
	if cap(b.bytes) <= maxPooled {
		q.buffers.Put(b)
	}
}
