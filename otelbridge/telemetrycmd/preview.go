package telemetrycmd

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

func (h *host) preview() *cobra.Command {
	var asJSON bool
	var events []string
	cmd := &cobra.Command{
		Use:   "preview",
		Short: "Print what would be sent, byte for byte",
		Long: `Print what would be sent for each event, one on a line, byte for byte: made by
the code that makes what is sent, with the description of this machine. The
values of an event are examples, and ids and times are of the moment. Nothing is
sent and nothing is kept. It works when telemetry is off.`,
		Args: noArgs,
		RunE: h.run(func(s *session) error { return preview(s, events, asJSON) }),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().StringSliceVar(&events, "event", nil, "only the event of this `name`; may be repeated")
	_ = cmd.RegisterFlagCompletionFunc("event", h.completeEvents) // fails only for flags that are not there
	return cmd
}

// previewed is the form of preview as JSON.
type previewed struct {
	SchemaVersion int                    `json:"schema_version"`
	Endpoint      string                 `json:"endpoint,omitempty"`
	Events        []otelbridge.Previewed `json:"events"`
}

func preview(s *session, names []string, asJSON bool) error {
	events, err := s.control.Preview(names...)
	if err != nil {
		return failed(err)
	}
	to := s.control.Status().Routes[0]
	if asJSON {
		return s.printJSON(previewed{1, to.Endpoint, append([]otelbridge.Previewed{}, events...)})
	}
	if len(events) == 0 {
		s.say("%s sends no anonymous events", s.root.Name())
		return nil
	}
	for _, e := range events {
		if _, err := fmt.Fprintf(s.cmd.OutOrStdout(), "%s\n", e.Body); err != nil {
			return failed(err)
		}
	}
	s.say("Telemetry is %s. %s", to.Mode, destination(to))
	return nil
}

func destination(to otelbridge.RouteStatus) string {
	switch {
	case to.Endpoint == "":
		return "There is no endpoint that this could go to."
	case to.Mode == otelbridge.On.String():
		return "This is how events go to " + to.Endpoint + "; these ones do not."
	}
	return "This is how events would go to " + to.Endpoint + "."
}

func (h *host) completeEvents(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	c, err := h.control()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var names []string
	for _, e := range c.Schema().Events {
		names = append(names, e.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
