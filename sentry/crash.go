package sentry

import (
	sentrygo "github.com/getsentry/sentry-go"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// Crash makes an issue of how an earlier process ended. It groups with the
// issue that a step made of the same panic, which knew the place and not the
// text. [otelbridge.Start] calls it.
func (p *processor) Crash(c otelbridge.Crash) { p.guard(func() { p.crash(c) }) }

func (p *processor) crash(c otelbridge.Crash) {
	if p.scrubber.Disclosure == anon.DiscloseAnonymous {
		return
	}
	kind := panicType
	if c.Fatal {
		kind = "fatal error"
	}
	x := exception{
		links: []link{{Type: kind, Value: masked(c.Message, maxMessage), Parent: -1}},
		stack: masked(c.Stack, maxStack), time: c.Time, panic: true, level: sentrygo.LevelFatal,
	}
	facts := p.facts
	facts.release = p.app + "@" + c.Version
	p.report(&facts, &x, where{})
}
