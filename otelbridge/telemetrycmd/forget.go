package telemetrycmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// forgetTime bounds how long a deletion is asked for.
const forgetTime = 30 * time.Second

func (h *host) forget() *cobra.Command {
	var asJSON, anyway bool
	cmd := &cobra.Command{
		Use:   "forget",
		Short: "Renew the anonymous id, and ask to delete what was sent under the old one",
		Long: fmt.Sprintf(`Remove the anonymous id, the key, what waits to be sent and the record of what was
sent, so that nothing joins what comes to what was.

%s`, h.deletionHelp()),
		Args: noArgs,
		RunE: h.run(func(s *session) error { return forget(s, asJSON, anyway) }),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the receipt as JSON")
	if h.app.DeletionEndpoint != "" {
		cmd.Flags().BoolVar(&anyway, "anyway", false, "ask for the deletion even while telemetry is off")
	}
	return cmd
}

func (h *host) deletionHelp() string {
	if h.app.DeletionEndpoint == "" {
		return fmt.Sprintf("%s names no place that takes requests to delete what was\nsent.", h.root.Name())
	}
	return fmt.Sprintf("It asks to delete what was sent under the old id, at\n%s.\nA request that is not confirmed is made again by the next forget. While telemetry\nis off nothing is sent, unless you say --anyway.", h.app.DeletionEndpoint)
}

func forget(s *session, asJSON, anyway bool) error {
	ctx, cancel := context.WithTimeout(s.cmd.Context(), forgetTime)
	defer cancel()
	receipt, err := s.control.Forget(ctx, anyway)
	if asJSON {
		err = errors.Join(err, s.printJSON(receipt))
	} else {
		err = errors.Join(err, s.print(s.receiptText(receipt)))
	}
	return failed(err)
}

func (s *session) receiptText(r otelbridge.Forgotten) string {
	what := removedText(r.Removed)
	if what == "" {
		what = "nothing: there was no id, and nothing waited"
	}
	var p page
	p.line("%s", moment(r.Time))
	p.line("  removed   %s", what)
	for _, d := range r.Deletions {
		p.line("  deletion  of what was sent under %s, at %s: %s", d.ID, d.Endpoint, deletionText(d))
	}
	if why := s.unasked(r); why != "" {
		p.line("  deletion  not asked for: %s", why)
	}
	return p.String()
}

// unasked says why nobody was asked to delete what was sent under an id.
func (s *session) unasked(r otelbridge.Forgotten) string {
	asked := func(d otelbridge.Deletion) bool { return d.ID == r.Removed.ID }
	switch {
	case r.Removed.ID == "" || slices.ContainsFunc(r.Deletions, asked):
		return ""
	case s.app.DeletionEndpoint == "":
		return s.root.Name() + " names no place that takes such requests"
	}
	return "telemetry_endpoint is not that of " + s.root.Name() + ", which is not told the id"
}

func deletionText(d otelbridge.Deletion) string {
	switch {
	case d.Confirmed:
		return fmt.Sprintf("confirmed (%d)", d.Status)
	case d.Status > 0:
		return fmt.Sprintf("not confirmed (%d)", d.Status)
	}
	return "not confirmed (" + d.Error + ")"
}
