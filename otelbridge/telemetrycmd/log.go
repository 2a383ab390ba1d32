package telemetrycmd

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

func (h *host) log() *cobra.Command {
	var asJSON bool
	var last int
	cmd := &cobra.Command{
		Use:   "log",
		Short: "Print what was sent",
		Long: `Print every request that was made, when, where to and what the answer was, with
the anonymous events as they were sent. The record is kept on this machine alone,
for 7 days and up to 1 MiB.`,
		Args: noArgs,
		RunE: h.run(func(s *session) error { return printLog(s, last, asJSON) }),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().IntVar(&last, "last", 0, "only the last `n` requests; 0 is all")
	return cmd
}

// sentLog is the form of log as JSON.
type sentLog struct {
	SchemaVersion int               `json:"schema_version"`
	Requests      []otelbridge.Sent `json:"requests"`
}

func printLog(s *session, last int, asJSON bool) error {
	if last < 0 {
		return usage(errors.New("--last takes a number from 0 on"))
	}
	sent, err := s.control.Sent(last)
	if err != nil {
		return failed(err)
	}
	if asJSON {
		return s.printJSON(sentLog{1, append([]otelbridge.Sent{}, sent...)})
	}
	if len(sent) == 0 {
		s.say("Nothing was sent in the last 7 days")
	}
	var p page
	for _, one := range sent {
		p.sent(one)
	}
	return s.print(p.String())
}

func (p *page) sent(s otelbridge.Sent) {
	p.line("%s  %s, %s  POST %s -> %s, %s", moment(s.Time), plural(s.Records, "record"), size(int64(s.Bytes)), s.URL, answerText(s), s.Fate)
	if len(s.Body) > 0 {
		p.line("  %s", s.Body)
	}
}

func answerText(s otelbridge.Sent) string {
	if s.Status > 0 {
		return fmt.Sprint(s.Status)
	}
	return "no answer (" + s.Error + ")"
}
