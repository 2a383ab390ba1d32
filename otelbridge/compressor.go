package otelbridge

import "github.com/otelbridge/otelbridge-go/internal/upload"

// Compressor compresses what is written to it, into whatever it was reset to
// last. A *gzip.Writer is one.
type Compressor = upload.Compressor
