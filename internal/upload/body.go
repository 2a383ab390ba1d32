package upload

import (
	"bytes"

	"github.com/otelbridge/otelbridge-go/internal/spool"
)

// tooSmallToZip is the length below which gzip's frame eats what it saves.
const tooSmallToZip = 256

// packer makes request bodies in memory of its own.
type packer struct {
	join func([][]byte) []byte
	gzip func() Compressor

	buffer bytes.Buffer
	writer Compressor
	parts  [][]byte
}

// packed is a request's body, in memory of the queue's or the packer's that is
// used again for the next one.
type packed struct {
	data     []byte // as it is sent
	plain    []byte // before compression
	encoding string
	zipped   bool // here
}

// pack makes one body of records that have one encoding, compressed if it may be
// and this saves something.
func (p *packer) pack(records []spool.Record, zip bool) packed {
	plain, encoding := p.plain(records), records[0].ContentEncoding
	if p.gzip == nil || !zip || encoding != "" || len(plain) < tooSmallToZip {
		return packed{data: plain, plain: plain, encoding: encoding}
	}
	p.compress(plain)
	return packed{data: p.buffer.Bytes(), plain: plain, encoding: gzipCoding, zipped: true}
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
	p.buffer.Reset()
	p.writer.Reset(&p.buffer)
	_, _ = p.writer.Write(plain)
	_ = p.writer.Close()
}
