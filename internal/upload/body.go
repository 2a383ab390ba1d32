package upload

import (
	"bytes"
	"io"
	"sync/atomic"

	"github.com/otelbridge/otelbridge-go/internal/spool"
)

// tooSmallToZip is the length below which gzip's frame eats what it saves.
const tooSmallToZip = 256

// body is one request's bytes. A transport may go on reading it after RoundTrip
// returned, so the memory is used again only when free says so.
type body struct {
	data    []byte
	readers atomic.Int32
}

func (b *body) free() bool { return b == nil || b.readers.Load() == 0 }

func (b *body) open() io.ReadCloser {
	b.readers.Add(1)
	r := &bodyReader{body: b}
	r.Reset(b.data)
	return r
}

type bodyReader struct {
	bytes.Reader
	body   *body
	closed atomic.Bool
}

func (r *bodyReader) Close() error {
	if !r.closed.Swap(true) {
		r.body.readers.Add(-1)
	}
	return nil
}

// packer makes request bodies in memory of its own.
type packer struct {
	join func([][]byte) []byte
	gzip func() Compressor

	buffer *bytes.Buffer
	writer Compressor
	parts  [][]byte
	last   *body
}

// packed is a body beside what it was made of.
type packed struct {
	body     *body
	plain    []byte // before compression; the queue's memory or the packer's
	encoding string
}

// pack makes one body of records that have one encoding.
func (p *packer) pack(records []spool.Record) packed {
	p.reuse()
	plain, encoding := p.plain(records), records[0].ContentEncoding
	if p.gzip != nil && encoding == "" && len(plain) >= tooSmallToZip {
		p.compress(plain)
		encoding = "gzip"
	} else {
		p.buffer.Write(plain)
	}
	p.last = &body{data: p.buffer.Bytes()}
	return packed{p.last, plain, encoding}
}

func (p *packer) reuse() {
	if p.buffer == nil || !p.last.free() {
		p.buffer = new(bytes.Buffer)
	}
	p.buffer.Reset()
}

func (p *packer) plain(records []spool.Record) []byte {
	if p.join == nil {
		return records[0].Body
	}
	p.parts = p.parts[:0]
	for i := range records {
		p.parts = append(p.parts, records[i].Body)
	}
	defer clear(p.parts)
	return p.join(p.parts)
}

// compress cannot fail: a bytes.Buffer takes everything.
func (p *packer) compress(plain []byte) {
	if p.writer == nil {
		p.writer = p.gzip()
	}
	p.writer.Reset(p.buffer)
	_, _ = p.writer.Write(plain)
	_ = p.writer.Close()
}
