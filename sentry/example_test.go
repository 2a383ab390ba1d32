package sentry_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/otelbridge/otelbridge-go/otelbridge"
	"github.com/otelbridge/otelbridge-go/sentry"
)

// A pipeline whose runs and failures go to the project that the operator names
// with CHESS_SENTRY_DSN or in config.toml. Without it the route is off.
func ExampleRoute() {
	ctx := context.Background()
	app := otelbridge.App{Name: "chess", Version: "1.0.0", Disabled: true} // Disabled for this example only
	bridge, err := otelbridge.Start(ctx, app, sentry.Route)
	if err != nil {
		fmt.Println(err)
	}
	bridge.Recover()
	defer bridge.Shutdown(ctx)

	err = bridge.Pipeline(ctx, "games", func(ctx context.Context) error {
		return otelbridge.Step(ctx, "load", func(context.Context) error {
			return errors.New("no such table")
		})
	})
	fmt.Println(err)
	// Output: no such table
}

// What the host logs stays what it is. Errors become issues as well.
func ExampleHandler() {
	var bridge *otelbridge.Bridge // as Start returned it; nil works and is off
	plain := slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: withoutTime})
	log := slog.New(sentry.Handler(bridge, plain))
	log.Error("cannot load", "err", errors.New("no such table"))
	// Output: level=ERROR msg="cannot load" err="no such table"
}

func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}
