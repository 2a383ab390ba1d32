package telemetrycmd_test

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

func ExampleMount() {
	app := otelbridge.App{Name: "chess", Version: "1.2.3"}
	root := &cobra.Command{Use: "chess"}
	telemetrycmd.Mount(root, app, track.Route)

	root.SetOut(os.Stdout)
	root.SetArgs([]string{"telemetry", "schema", "diff", "old.lock"})
	root.SilenceErrors = true
	err := root.Execute()
	fmt.Println(err)
	fmt.Println("exit code", telemetrycmd.ExitCode(err))
	// Output:
	// "chess telemetry schema diff" takes two files, OLD and NEW; see "chess telemetry schema diff --help"
	// exit code 2
}

func ExampleTrace() {
	app := otelbridge.App{
		Name: "chess", Version: "1.2.3", OffCommand: "chess telemetry off",
		Schema: anon.Schema{Version: 1, Events: telemetrycmd.Commands(
			telemetrycmd.Command{Path: "play", Flags: []string{"fast"}},
		)},
	}
	ctx := context.Background()
	bridge, _ := otelbridge.Start(ctx, app, track.Route)
	defer func() { _ = bridge.Shutdown(ctx) }()

	root := &cobra.Command{Use: "chess"}
	root.AddCommand(&cobra.Command{Use: "play", RunE: func(cmd *cobra.Command, _ []string) error {
		// Steps in here belong to the span of the command.
		return otelbridge.Step(cmd.Context(), "think", func(context.Context) error {
			fmt.Println("e4")
			return nil
		})
	}})
	telemetrycmd.Mount(root, app, track.Route)
	telemetrycmd.Trace(root, bridge)
	root.SetArgs([]string{"play"})
	fmt.Println("exit code", telemetrycmd.ExitCode(root.ExecuteContext(ctx)))
	// Output:
	// e4
	// exit code 0
}

func ExampleCommands() {
	for _, e := range telemetrycmd.Commands(telemetrycmd.Command{Path: "db migrate"}) {
		fmt.Println(e.Name, "from spans called", e.Span)
	}
	// Output: command_db_migrate from spans called command db migrate
}
