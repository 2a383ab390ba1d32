package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/exporters/track"
	"github.com/otelbridge/otelbridge-go/otelbridge"
	"github.com/otelbridge/otelbridge-go/otelbridge/telemetrycmd"
)

// chess is another host, as different from otelbridge as a host may be: it tells
// instead of asking, has an endpoint of its own that also takes requests to
// delete, and starts its bridge only after cobra has parsed the command line.
func chess(getenv func(string) string) int {
	app := chessApp(getenv)
	root := &cobra.Command{Use: "chess", SilenceUsage: true}
	var bridge *otelbridge.Bridge
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) (err error) {
		bridge, err = otelbridge.Start(cmd.Context(), app, track.Route)
		return err
	}
	root.AddCommand(play(&bridge), win(&bridge), askCommand(app))
	telemetrycmd.Mount(root, app, track.Route)
	err := root.Execute()
	_ = bridge.Shutdown(context.Background())
	return telemetrycmd.ExitCode(err)
}

func chessApp(getenv func(string) string) otelbridge.App {
	app := otelbridge.App{
		Name: "chess", Version: "1.0.0", Consent: otelbridge.OptOut, OffCommand: "chess telemetry off",
		Schema:   anon.Schema{Version: 1, Events: telemetrycmd.Commands(telemetrycmd.Command{Path: "play", Flags: []string{"fast"}})},
		HostAsks: getenv("CHESS_HOST_ASKS") != "",
	}
	if url := getenv("RECEIVER"); url != "" {
		app.Endpoint, app.DeletionEndpoint = url+"/v1/track", url+"/v1/forget"
	}
	if getenv("CHESS_CONSENT") == "ask" {
		app.Consent = otelbridge.OptIn
	}
	if getenv("CHESS_SCHEMA") == "2" {
		app.Schema.Version = 2
		app.Schema.Events = append(app.Schema.Events, telemetrycmd.Commands(telemetrycmd.Command{Path: "win", Since: 2})...)
	}
	return app
}

func play(bridge **otelbridge.Bridge) *cobra.Command {
	cmd := &cobra.Command{Use: "play", RunE: func(cmd *cobra.Command, _ []string) error {
		return (*bridge).Trace(cmd.Context(), "command play", func(context.Context) error {
			fmt.Fprintln(cmd.OutOrStdout(), "e4")
			return nil
		})
	}}
	cmd.Flags().Bool("fast", false, "")
	cmd.Flags().String("opening", "", "")
	return cmd
}

// win is a command that the second version of the schema declares.
func win(bridge **otelbridge.Bridge) *cobra.Command {
	return &cobra.Command{Use: "win", RunE: func(cmd *cobra.Command, _ []string) error {
		return (*bridge).Trace(cmd.Context(), "command win", func(context.Context) error { return nil })
	}}
}

// askCommand is a host that asks when it suits it.
func askCommand(app otelbridge.App) *cobra.Command {
	return &cobra.Command{Use: "welcome", RunE: func(cmd *cobra.Command, _ []string) error {
		c, err := otelbridge.NewControl(app, track.Route)
		if err != nil {
			return err
		}
		answer, err := c.Ask(cmd.Context())
		fmt.Fprintf(os.Stdout, "answer %q\n", answer)
		return err
	}}
}
