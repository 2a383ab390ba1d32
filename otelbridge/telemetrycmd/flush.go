package telemetrycmd

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

const flushTime = 30 * time.Second

func (h *host) flush() *cobra.Command {
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:   "flush",
		Short: "Send what waits, now",
		Long: `Send what waits on every route that is on, and wait for the answers. A route that
is off sends nothing. The exit code is 1 when something is left.`,
		Args: noArgs,
		RunE: h.run(func(s *session) error { return flush(s, timeout) }),
	}
	cmd.Flags().DurationVar(&timeout, "timeout", flushTime, "how long to try")
	return cmd
}

func flush(s *session, timeout time.Duration) error {
	if timeout <= 0 {
		return usage(errors.New("--timeout takes a time above 0, such as 10s"))
	}
	ctx, cancel := context.WithTimeout(s.cmd.Context(), timeout)
	defer cancel()
	done, err := s.control.Flush(ctx)
	if err == nil && done.Waiting > 0 {
		err = errors.New("not everything could be sent")
	}
	unprinted := s.print(flushedText(done, err, heldText(s.control.Status())))
	return failed(errors.Join(err, unprinted))
}

func flushedText(done otelbridge.Flushed, err error, held string) string {
	switch {
	case done.Requests > 0 || done.Waiting > 0 || err != nil:
		return fmt.Sprintf("%s delivered in %s, %d dropped, %d waiting\n",
			plural(done.Delivered, "record"), plural(done.Requests, "request"), done.Dropped, done.Waiting) + held
	case held != "":
		return held
	}
	return "Nothing to send\n"
}

// heldText has a line for each route that is not on where something waits.
func heldText(now otelbridge.Status) string {
	var p page
	for _, r := range now.Routes {
		if r.Mode != otelbridge.On.String() && r.Spool.Records > 0 {
			p.line("%s waiting, not sent while %s is %s: %s", plural(r.Spool.Records, "record"), nameOf(r.Route), r.Mode, because(r.DecisionStatus))
		}
	}
	return p.String()
}
