package telemetrycmd

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

func (h *host) on() *cobra.Command {
	return &cobra.Command{
		Use:   "on",
		Short: "Agree to anonymous usage data",
		Long: fmt.Sprintf(`Agree to anonymous usage data, in the form that you see with
"%s".

The yes is recorded for you alone. When a later version wants to send more, it
asks again, and until then sends no more than now. A switch that says no still
wins: DO_NOT_TRACK, a project, an administrator.`, h.command("preview")),
		Args: noArgs,
		RunE: h.run(agree),
	}
}

func (h *host) off() *cobra.Command {
	return &cobra.Command{
		Use:   "off",
		Short: "Turn anonymous usage data off for good",
		Long: fmt.Sprintf(`Turn anonymous usage data off for good.

The no is written into your config.toml, into the one of this project if there is
one, and into the record of your consent. What waits to be sent, the anonymous
id, the key and the record of what was sent are removed. Nothing is sent, not even
this. Traces to your own Collector or Sentry are not touched.

A variable of the environment that says on is stronger: then the exit code is 4.%s`, h.forgetFirst()),
		Args: noArgs,
		RunE: h.run(turnOff),
	}
}

func (h *host) forgetFirst() string {
	if h.app.DeletionEndpoint == "" {
		return ""
	}
	return fmt.Sprintf("\n\nTo have deleted what was sent, use \"%s\" first: afterwards nobody\nknows the id any more.", h.command("forget"))
}

// agree does not take back the no of the same command line.
func agree(s *session) error {
	if s.disable.given {
		return contradiction(strconv.Quote(s.cmd.CommandPath()))
	}
	return turnOn(s)
}

// turnOn says what came of the yes, since other switches may be stronger.
func turnOn(s *session) error {
	if err := s.control.TurnOn(); err != nil {
		return failed(err)
	}
	anonymous := s.control.Status().Routes[0]
	if anonymous.Mode == otelbridge.Off.String() {
		s.say("Your yes is recorded, but telemetry stays off here: %s", because(anonymous.DecisionStatus))
		return nil
	}
	s.say("Telemetry is on: anonymous usage data goes to %s", anonymous.Endpoint)
	s.say("See what is sent: %s. Turn it off: %s", s.command("preview"), s.command("off"))
	return nil
}

func turnOff(s *session) error {
	removed, err := s.control.TurnOff()
	switch {
	case err == nil:
		s.say("Telemetry is off: %s sends no anonymous usage data", s.root.Name())
	case errors.Is(err, otelbridge.ErrOverruled):
		s.say("Your no is recorded, and the environment is stronger")
	default:
		return failed(err)
	}
	now := s.control.Status()
	for _, path := range []string{now.Files.User, now.Files.Project} {
		if path != "" {
			s.say("  written to %s", path)
		}
	}
	if what := removedText(removed); what != "" {
		s.say("  removed %s", what)
	}
	for _, r := range now.Routes[1:] {
		if r.Mode == otelbridge.On.String() {
			s.say("  your own %s still gets traces at %s; enable_runtime_trace = false ends that too", nameOf(r.Route), r.Endpoint)
		}
	}
	return failed(err)
}

// removedText is empty when nothing was there.
func removedText(r otelbridge.Removed) string {
	var what []string
	if r.Records > 0 {
		what = append(what, plural(r.Records, "event")+" that waited")
	}
	if r.ID != "" {
		what = append(what, "the id "+r.ID+" and its key")
	}
	if r.Log {
		what = append(what, "the record of what was sent")
	}
	return strings.Join(what, ", ")
}

// because names what decided and why.
func because(d otelbridge.DecisionStatus) string {
	switch {
	case d.Input == "default" || d.Input == "program":
		return d.Reason
	case d.Reason == "":
		return d.Input
	}
	return d.Input + ", " + withoutInput(d.Reason, d.Input)
}

// withoutInput spares a person a path that stands before the reason already.
func withoutInput(reason, input string) string {
	if !filepath.IsAbs(input) {
		return reason
	}
	return strings.NewReplacer(input+":", "line ", input+" ", "it ").Replace(reason)
}
