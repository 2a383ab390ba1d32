package telemetrycmd

import (
	"github.com/spf13/cobra"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// heed sees to it that a --disable-telemetry on the command line is written down
// also where cobra does not come to it. Cobra parses no flag when it knows no
// such command, and none behind one that is wrong; only the second has a hook. A
// root that traverses its children parses on the way, without that hook.
func (h *host) heed(args []string) {
	if !otelbridge.AsksToDisable(args) || completes(args) {
		return
	}
	h.refused = true
	cmd, _, err := h.root.Find(args)
	if err != nil || h.root.TraverseChildren {
		h.disableUnread()
		return
	}
	next := cmd.FlagErrorFunc()
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		h.disableUnread()
		return next(cmd, err)
	})
}

// disableUnread does what parsing the flag would have done, unless that came to
// it. What goes wrong is said here: the run fails with an error of its own.
func (h *host) disableUnread() {
	if h.disable.given || h.disable.err != nil {
		return
	}
	if err := h.disable.Set("true"); err != nil {
		h.root.PrintErrln(h.root.ErrPrefix(), err.Error())
	}
}

// completes is what completing is once cobra has added the command.
func completes(args []string) bool {
	return args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd
}
