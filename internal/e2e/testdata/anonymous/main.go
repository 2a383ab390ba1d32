// Anonymous is a host that wants nothing but anonymous telemetry: the smallest
// program this project makes.
package main

import (
	"context"
	"os"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/exporters/track"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

func main() {
	ctx := context.Background()
	app := otelbridge.App{Name: "anonymous", Version: "1.0.0"}
	bridge, err := otelbridge.Start(ctx, app, track.Route)
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
	}
	defer func() { _ = bridge.Shutdown(ctx) }()
	_ = bridge.Pipeline(ctx, "chess", func(ctx context.Context) error {
		return otelbridge.Step(ctx, "load", func(context.Context) error { return nil })
	}, anon.DestinationName.String("duckdb"))
}
