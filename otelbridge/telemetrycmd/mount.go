package telemetrycmd

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// ownMark is the annotation of commands that are never traced: a person who
// looks at telemetry, or turns it off, makes none by that.
const ownMark = "otelbridge"

// Mount adds the command "telemetry" and the flags --disable-telemetry and
// --enable-telemetry to a root command. It takes the app and the routes that
// [otelbridge.Start] gets. Call it once, when the root has its commands, before
// or after Start.
//
// A root that does nothing by itself gets a Run, so that the flags may stand
// alone: it shows the help, as before, unless one of them was given.
//
// Where the process was started with --disable-telemetry and a command that the
// root does not have, it is Mount that writes the choice down.
func Mount(root *cobra.Command, app otelbridge.App, routes ...otelbridge.Route) {
	h := &host{root: root, app: app, routes: routes}
	keepArgs(root)
	root.AddCommand(h.telemetry())
	h.addFlags()
	if !root.Runnable() {
		root.Run = h.aloneOrHelp
		mark(root)
	}
	h.heed(os.Args[min(1, len(os.Args)):])
}

// keepArgs lets a program without commands take arguments as before: cobra would
// take them for unknown commands once there is one.
func keepArgs(root *cobra.Command) {
	if root.Runnable() && !root.HasSubCommands() && root.Args == nil {
		root.Args = cobra.ArbitraryArgs
	}
}

// host is the program that the command is mounted on.
type host struct {
	root            *cobra.Command
	app             otelbridge.App
	routes          []otelbridge.Route
	disable, enable *choice
	refused         bool // --disable-telemetry stands on the process's command line
}

func (h *host) control() (*otelbridge.Control, error) {
	c, err := otelbridge.NewControl(h.app, h.routes...)
	if err != nil {
		return nil, failed(err)
	}
	return c, nil
}

// command is the path of a command of ours as a person types it.
func (h *host) command(name string) string { return h.root.Name() + " telemetry " + name }

func (h *host) aloneOrHelp(cmd *cobra.Command, _ []string) {
	if !h.disable.given && !h.enable.given {
		_ = cmd.Help()
	}
}

func (h *host) telemetry() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "telemetry",
		Short: "See, stop or allow anonymous usage data",
		Long: fmt.Sprintf(`See, stop or allow the anonymous usage data of %[1]s.

Without a command it shows how things stand, like "%[1]s telemetry status".

The exit code is 0 when it did what was asked, 1 when it could not, 2 for a
command line that makes no sense, 3 when "status --check" finds it off, and 4
when a choice does not hold for later runs.`, h.root.Name()),
		Args: noArgs,
		RunE: h.run(status{}.run),
	}
	cmd.AddCommand(h.status(), h.on(), h.off(), h.preview(), h.log(), h.forget(), h.flush(), h.schema())
	cmd.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return h.flagError(c, err) })
	prepare(cmd)
	return cmd
}

// prepare makes a command and those below it quiet about usage, and keeps them
// out of traces.
func prepare(cmd *cobra.Command) {
	cmd.SilenceUsage = true
	cmd.DisableFlagsInUseLine = cmd.HasSubCommands()
	mark(cmd)
	for _, sub := range cmd.Commands() {
		prepare(sub)
	}
}

func mark(cmd *cobra.Command) {
	if cmd.Annotations == nil {
		cmd.Annotations = map[string]string{}
	}
	cmd.Annotations[ownMark] = "own"
}

// run gives a command its Control.
func (h *host) run(do func(*session) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		c, err := h.control()
		if err != nil {
			return err
		}
		return interrupted(cmd.Context(), do(&session{host: h, cmd: cmd, args: args, control: c}))
	}
}

// session is one command under way.
type session struct {
	*host
	cmd     *cobra.Command
	args    []string
	control *otelbridge.Control
}

// say is for a person, beside what was asked for.
func (s *session) say(format string, args ...any) {
	fmt.Fprintln(s.cmd.ErrOrStderr(), printable(fmt.Sprintf(format, args...)))
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasSubCommands() {
		return usage(fmt.Errorf("%q is no command of %q; see %q", args[0], cmd.CommandPath(), cmd.CommandPath()+" --help"))
	}
	return usage(fmt.Errorf("%q takes no arguments, got %q", cmd.CommandPath(), args[0]))
}

// completing reports whether a shell asks for completions: then flags are
// parsed, and mean nothing.
func completing(root *cobra.Command) bool {
	return slices.ContainsFunc(root.Commands(), func(c *cobra.Command) bool {
		return c.Name() == cobra.ShellCompRequestCmd
	})
}

// flagError tells what is wrong with a flag of ours, in our words.
func (h *host) flagError(cmd *cobra.Command, err error) error {
	var coded *Error
	var value *pflag.InvalidValueError
	switch {
	case errors.As(err, &coded):
		return coded
	case errors.As(err, &value): // its cause is in the words of a Go library
		err = fmt.Errorf("--%s cannot be %q", value.GetFlag().Name, value.GetValue())
	}
	return usage(fmt.Errorf("%w; see %q", err, cmd.CommandPath()+" --help"))
}
