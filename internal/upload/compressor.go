package upload

import "io"

// Compressor compresses what is written to it, into whatever it was reset to
// last. A *gzip.Writer is one.
type Compressor = interface {
	io.WriteCloser
	Reset(io.Writer)
}
