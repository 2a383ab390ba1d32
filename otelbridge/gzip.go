package otelbridge

import "github.com/otelbridge/otelbridge-go/internal/upload"

// Compressor compresses what is written to it.
type Compressor = upload.Compressor

// NewGzip makes the Compressor of [Outlet.Gzip]. Only hosts with a route that
// names it pay for compress/flate: 45 KB.
func NewGzip() Compressor { return upload.NewGzip() }
