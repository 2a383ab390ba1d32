package telemetrycmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// Trace makes each command below root, and root itself, a span called
// "command <path>" with the attributes of this package. Steps and pipelines in
// it belong to its run. Call it once, after all commands were added and the
// bridge was started. When nothing is traced it changes nothing.
//
// Only what runs in Run or RunE is inside the span. Help, completion and the
// command "telemetry" make none.
func Trace(root *cobra.Command, bridge *otelbridge.Bridge) {
	if bridge.Settings().Trace.Mode == otelbridge.Off {
		return
	}
	if traceable(root) {
		wrap(root, bridge)
	}
	for _, cmd := range root.Commands() {
		Trace(cmd, bridge)
	}
}

func traceable(cmd *cobra.Command) bool {
	if !cmd.Runnable() || cmd.Annotations[ownMark] != "" {
		return false
	}
	for c := cmd; c.HasParent(); c = c.Parent() {
		name := c.Name()
		if name == "help" || name == "completion" || strings.HasPrefix(name, "__") {
			return false
		}
	}
	return true
}

func wrap(cmd *cobra.Command, bridge *otelbridge.Bridge) {
	run := cmd.RunE
	if run == nil {
		plain := cmd.Run
		run = func(cmd *cobra.Command, args []string) error {
			plain(cmd, args)
			return nil
		}
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return traced(cmd, bridge, func() error { return run(cmd, args) })
	}
}

// traced gives the command the context of its span while it runs.
func traced(cmd *cobra.Command, bridge *otelbridge.Bridge, run func() error) error {
	outer := cmd.Context()
	defer cmd.SetContext(outer)
	return bridge.Trace(outer, spanName(pathOf(cmd)), func(ctx context.Context) error {
		cmd.SetContext(ctx)
		err := run()
		trace.SpanFromContext(ctx).SetAttributes(ExitCodeKey.Int(ExitCode(err)))
		return err
	}, FlagsKey.StringSlice(given(cmd)))
}

// pathOf is the path of a command without the name of the program.
func pathOf(cmd *cobra.Command) string {
	_, path, _ := strings.Cut(cmd.CommandPath(), " ")
	return path
}

// given are the names of the flags on the command line.
func given(cmd *cobra.Command) []string {
	names := []string{}
	cmd.Flags().Visit(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}
