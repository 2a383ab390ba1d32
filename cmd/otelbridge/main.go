// Otelbridge is the command-line tool of this project. What it can do today is
// to show, on itself, how a program of anybody's lets people see and control
// its telemetry:
//
//	otelbridge telemetry status
//	otelbridge telemetry preview
//	otelbridge --disable-telemetry
package main

import (
	"context"
	"os"
	"os/signal"

	"github.com/otelbridge/otelbridge-go/cmd/otelbridge/internal/tool"
	"github.com/otelbridge/otelbridge-go/otelbridge"
	"github.com/otelbridge/otelbridge-go/otelbridge/telemetrycmd"
)

func main() { os.Exit(run(newApp())) }

// run starts the bridge before Ctrl-C is caught, so that it ends the program at
// the question as well. What is wrong with the settings stays unsaid here:
// "telemetry status" tells.
func run(app otelbridge.App) int {
	bridge, _ := otelbridge.Start(context.Background(), app, routes()...)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	defer func() { _ = bridge.Shutdown(ctx) }()
	root := tool.Root(app.Version)
	telemetrycmd.Mount(root, app, routes()...)
	telemetrycmd.Trace(root, bridge)
	return telemetrycmd.ExitCode(root.ExecuteContext(ctx))
}
