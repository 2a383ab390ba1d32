package upload

import (
	"compress/gzip"
	"io"
)

// Compressor is a *gzip.Writer. It has a name of its own so that only programs
// with a target that names NewGzip link what compresses.
type Compressor interface {
	io.WriteCloser
	Reset(io.Writer)
}

// NewGzip returns a Compressor to be Reset. Speed comes first: it works while
// the host does.
func NewGzip() Compressor {
	w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // a valid level
	return w
}
