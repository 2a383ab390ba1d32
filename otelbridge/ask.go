package otelbridge

import (
	"bytes"
	"context"
	"errors"
	"time"
)

// settled are the settings once the person at the terminal was asked or told
// what is pending. An answer counts at once; a notice counts from the next run
// on.
func (c *Control) settled(ctx context.Context, t Terminal) (Settings, error) {
	s, problems := c.resolve()
	if s.Pending == PendingNothing || c.app.HostAsks {
		return s, problems
	}
	answer, err := c.ask(ctx, s, t)
	if answer == AnswerNo && err != nil {
		c.in.Disable = true // it could not be written down, and holds for this run
	}
	if answer == AnswerYes || answer == AnswerNo {
		s, problems = c.resolve()
	}
	return s, errors.Join(err, problems)
}

// Ask asks or tells the person at the terminal what is pending, as Start does
// for hosts that do not set [App.HostAsks], and records what came of it. It
// does nothing when nothing is pending: then, without a person, and when the
// person did not answer, the Answer is empty. It counts from the next Start on.
func (c *Control) Ask(ctx context.Context) (Answer, error) {
	s, _ := c.resolve()
	return c.ask(ctx, s, ProcessTerminal())
}

// ask needs something to show: a host whose routes send no anonymous events has
// nothing to ask.
func (c *Control) ask(ctx context.Context, s Settings, t Terminal) (Answer, error) {
	if s.Pending == PendingNothing {
		return "", nil
	}
	shown, err := c.preview(s, c.policy)
	if err != nil || len(shown) == 0 {
		return "", err
	}
	q := Inquiry{App: c.app, Settings: s, Preview: lines(shown), Off: c.app.OffCommand}
	return q.Settle(ctx, t, time.Now)
}

func lines(shown []Previewed) []byte {
	var all [][]byte
	for _, p := range shown {
		all = append(all, p.Body)
	}
	return bytes.Join(all, []byte("\n"))
}
