// Package tool holds the commands of otelbridge that have nothing to do with
// telemetry, so that a build without any can be compared with the real one.
package tool

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/otelbridge/otelbridge-go/otelbridge/telemetrycmd"
)

// Root returns the program as it is without telemetry.
func Root(version string) *cobra.Command {
	root := &cobra.Command{
		Use:          "otelbridge",
		Short:        "Bridge OpenTelemetry spans to anonymous usage data, a Collector and Sentry",
		SilenceUsage: true,
		Args:         nothing,
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage(fmt.Errorf("%w; see %q", err, cmd.CommandPath()+" --help"))
	})
	root.AddCommand(versionCommand(version))
	return root
}

func versionCommand(version string) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  nothing,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "otelbridge %s (%s, %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}

// nothing is for commands that take no arguments.
func nothing(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case cmd.HasParent():
		return usage(fmt.Errorf("%q takes no arguments, got %q", cmd.CommandPath(), args[0]))
	}
	return usage(fmt.Errorf("%q is no command of %s; see %q", args[0], cmd.Name(), cmd.Name()+" --help"))
}

func usage(err error) error { return &telemetrycmd.Error{Code: telemetrycmd.CodeUsage, Err: err} }
