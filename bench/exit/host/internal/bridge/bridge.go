// Package bridge is the host with otelbridge: five steps, any routes.
package bridge

import (
	"context"
	"os"

	"go.opentelemetry.io/otel/attribute"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// Run is the whole program. BENCH_DELIVERY=detached leaves delivery to a child;
// otherwise nothing is delivered. Where it runs is not asked: in a container the
// default would wait for the network.
func Run(routes ...otelbridge.Route) {
	app := otelbridge.App{Name: "benchtool", Version: "1.2.3", Delivery: otelbridge.NextRun}
	if os.Getenv("BENCH_DELIVERY") == "detached" {
		app.Delivery = otelbridge.Detached
	}
	ctx := context.Background()
	bridge, err := otelbridge.Start(ctx, app, routes...)
	if err != nil {
		_, _ = os.Stderr.WriteString(err.Error() + "\n")
	}
	defer func() { _ = bridge.Shutdown(ctx) }()
	_ = bridge.Pipeline(ctx, "chess", steps, anon.DestinationName.String("duckdb"), anon.DatasetName.String("games"))
}

func steps(ctx context.Context) error {
	for _, name := range []string{"extract", "normalize", "load", "extract", "load"} {
		err := otelbridge.Step(ctx, name, step, attribute.Int("attempt", 1), anon.RecordsRead.Int(1200), anon.RecordsWritten.Int(1187))
		if err != nil {
			return err
		}
	}
	return nil
}

func step(context.Context) error {
	_, err := os.Stdout.WriteString("step\n")
	return err
}
