package otelbridge

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
)

// Inquiry is what a person is shown before anonymous events are sent.
type Inquiry struct {
	App      App
	Settings Settings
	// Preview are the events as they would be sent, byte for byte.
	Preview []byte
	// Off is the command that turns telemetry off, if the host has one, for
	// example "chess telemetry off".
	Off string
}

// Question is the text of the prompt: what would be sent, where to, and how to
// stop it.
func (q Inquiry) Question() string {
	return q.text("may send anonymous usage data", "would be sent") +
		"An empty answer is no. Send anonymous usage data? [y/N] "
}

// Notice is the text for people who are told and not asked.
func (q Inquiry) Notice() string {
	return q.text("sends anonymous usage data, from its next run on,", "will be sent")
}

func (q Inquiry) text(does, tense string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s to %s\nThis %s, with your machine's data as shown:\n\n", q.App.Name, does, withoutSecrets(q.Settings.TelemetryEndpoint.Text), tense)
	for line := range strings.Lines(strings.TrimRight(string(q.Preview), "\n")) {
		b.WriteString("  " + line)
	}
	b.WriteString("\n\nTo stop it, now or later, do any of these:\n")
	for _, way := range q.ways() {
		b.WriteString("  " + way + "\n")
	}
	return b.String()
}

// ways are the switches that exist for this host and person.
func (q Inquiry) ways() []string {
	var ways []string
	if q.Off != "" {
		ways = append(ways, q.Off)
	}
	if app, err := q.App.withDefaults(); err == nil {
		ways = append(ways, "set "+app.variable(keyNoTelemetry)+"=1 or DO_NOT_TRACK=1")
	}
	if q.Settings.Paths.User != "" {
		ways = append(ways, "write telemetry = false under [runtime] in "+q.Settings.Paths.User)
	}
	return ways
}

// Settle asks the question or shows the notice if one is pending, and records
// what came of it: the answer, or that the notice was shown. Nothing is
// recorded when nobody answered, or when the notice could not be shown as a
// whole. It returns what was
// recorded, which counts from the next [Resolve] on; a notice is for the next
// run, so that this run sends nothing by it.
func (q Inquiry) Settle(ctx context.Context, t Terminal, now func() time.Time) (Answer, error) {
	switch q.Settings.Pending {
	case PendingQuestion:
		return q.ask(ctx, t, now)
	case PendingNotice:
		return q.tell(t.Out, now())
	}
	return "", nil
}

func (q Inquiry) ask(ctx context.Context, t Terminal, now func() time.Time) (Answer, error) {
	answer := t.Ask(ctx, q.Question())
	switch {
	case answer == "":
		return "", nil
	case answer == AnswerNo && q.Settings.Telemetry.Mode == On:
		// A config.toml may say yes: the no of today has to hold against it.
		return answer, RecordChoice(q.App, q.Settings, false, "prompt", now())
	}
	return answer, RecordConsent(q.App, q.Settings, answer, "prompt", now())
}

func (q Inquiry) tell(out io.Writer, now time.Time) (Answer, error) {
	if err := writeAll(out, q.Notice()); err != nil {
		return "", wrap(err)
	}
	if err := RecordConsent(q.App, q.Settings, AnswerTold, "notice", now); err != nil {
		return "", err
	}
	return AnswerTold, nil
}

// writeAll also fails for a writer that takes a part and says nothing.
func writeAll(out io.Writer, text string) error {
	n, err := io.WriteString(out, text)
	if err == nil && n < len(text) {
		return io.ErrShortWrite
	}
	return err
}
