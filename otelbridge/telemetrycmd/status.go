package telemetrycmd

import (
	"errors"

	"github.com/spf13/cobra"
)

// status are the flags of the command of that name.
type status struct{ json, check bool }

func (h *host) status() *cobra.Command {
	var flags status
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show what is sent where, and what decided it",
		Long: `Show whether anything is sent and where to, every input that was looked at and
which of them decided, what is kept of you on this machine, and what waits to be
sent. It opens no connection and makes no file.`,
		Args: noArgs,
		RunE: h.run(func(s *session) error { return flags.run(s) }),
	}
	cmd.Flags().BoolVar(&flags.json, "json", false, "print JSON")
	cmd.Flags().BoolVar(&flags.check, "check", false, "print nothing; exit with 0 when anonymous usage data is on, with 3 when it is off")
	return cmd
}

func (flags status) run(s *session) error {
	now := s.control.Status()
	switch {
	case flags.json:
		if err := s.printJSON(now); err != nil {
			return err
		}
	case !flags.check:
		if err := s.print(statusText(now, s.host)); err != nil {
			return err
		}
	}
	if flags.check && !now.On() {
		s.cmd.SilenceErrors = true
		return &Error{CodeOff, errors.New("telemetry is off")}
	}
	return nil
}
