package otlp

import (
	"context"
	"net/http"
	"net/url"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
)

// client is what is used of OpenTelemetry's.
type client interface {
	UploadTraces(context.Context, []*tracepb.ResourceSpans) error
}

// maxAnswer is the longest answer of a spool, whose answers are empty.
const maxAnswer = 4 << 10

// newClient returns the client of OpenTelemetry's exporter, which sends to u
// with t. It states each option, because the client would take it from
// OTEL_EXPORTER_OTLP_* otherwise, or from its own defaults. It is not started:
// there is no connection to open, and all that starting would do is to register
// metrics with the host's global meter provider.
func newClient(u *url.URL, t *transport) client {
	return otlptracehttp.NewClient(
		otlptracehttp.WithEndpointURL(u.String()), // host, path, and whether there is TLS
		otlptracehttp.WithHeaders(map[string]string{}),
		otlptracehttp.WithEncoding(otlptracehttp.EncodingProtobuf),
		otlptracehttp.WithHTTPClient(&http.Client{Transport: t}),

		// These are the transport's.
		otlptracehttp.WithCompression(otlptracehttp.NoCompression),
		otlptracehttp.WithMaxRequestSize(0),
		otlptracehttp.WithMaxResponseSize(maxAnswer),

		// These are the uploader's: here is nothing to dial, wait for or repeat.
		otlptracehttp.WithTLSClientConfig(nil),
		otlptracehttp.WithProxy(nil),
		otlptracehttp.WithTimeout(0),
		otlptracehttp.WithRetry(otlptracehttp.RetryConfig{Enabled: false}),
	)
}
