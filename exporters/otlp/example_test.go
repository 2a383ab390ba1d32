package otlp_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"

	"go.opentelemetry.io/otel/attribute"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/exporters/otlp"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// Whoever runs the pipeline names their collector; the host only lists the
// route. What the schema does not declare stays behind.
func Example() {
	collector := httptest.NewServer(http.HandlerFunc(show))
	defer collector.Close()
	_ = os.Setenv("CHESS_OTLP_ENDPOINT", collector.URL) // the operator does this
	defer func() { _ = os.Unsetenv("CHESS_OTLP_ENDPOINT") }()
	dir, _ := os.MkdirTemp("", "chess")
	defer func() { _ = os.RemoveAll(dir) }()

	ctx := context.Background()
	app := otelbridge.App{Name: "chess", Dir: dir, Delivery: otelbridge.InProcess}
	bridge, err := otelbridge.Start(ctx, app, otlp.Route)
	if err != nil {
		fmt.Println(err)
	}
	_ = bridge.Pipeline(ctx, "games", func(ctx context.Context) error {
		return otelbridge.Step(ctx, "load", func(context.Context) error { return nil },
			anon.RecordsWritten.Int(1187), attribute.String("customer", "private"))
	})
	_ = bridge.Shutdown(ctx)

	// Output:
	// POST /v1/traces
	// load [records.written pipeline.name]
	// run [pipeline.name]
}

// show prints the spans of an OTLP request.
func show(_ http.ResponseWriter, req *http.Request) {
	fmt.Println(req.Method, req.URL.Path)
	body := io.Reader(req.Body)
	if req.Header.Get("Content-Encoding") == "gzip" {
		body, _ = gzip.NewReader(body)
	}
	data, _ := io.ReadAll(body)
	var traces tracepb.TracesData
	if err := proto.Unmarshal(data, &traces); err != nil {
		fmt.Println(err)
	}
	for _, group := range traces.ResourceSpans {
		for _, scope := range group.ScopeSpans {
			for _, span := range scope.Spans {
				keys := []string{}
				for _, kv := range span.Attributes {
					keys = append(keys, kv.Key)
				}
				fmt.Println(span.Name, keys)
			}
		}
	}
}
