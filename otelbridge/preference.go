package otelbridge

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/otelbridge/otelbridge-go/anon"
)

// resolveRest reads what is neither a switch nor a destination.
func (r *resolver) resolveRest() {
	r.LogLevel = r.logLevel()
	r.AnonymousID = r.anonymousID()
	r.Debug = readWord(r.in.Getenv(r.app.variable(keyDebug))) == yes
	r.NoColor = r.in.Getenv("NO_COLOR") != ""
}

func (r *resolver) logLevel() slog.Level {
	s := r.choose(keyLogLevel, r.files()...)
	level := slog.LevelWarn
	text := strings.ToUpper(s.Text)
	switch text {
	case "", "WARNING":
		return level
	case "CRITICAL", "FATAL":
		return slog.LevelError + 4
	}
	if err := level.UnmarshalText([]byte(text)); err != nil {
		r.note(fmt.Errorf("%s: %.40q is not a log level", s.Source, s.Text))
		return slog.LevelWarn
	}
	return level
}

// sentryProtocol reports whether traces go to Sentry by OTLP. What cannot be
// understood means envelopes, which every Sentry takes.
func (r *resolver) sentryProtocol() (otlp bool) {
	s := r.choose(keySentryProtocol, r.files()...)
	switch strings.ToLower(s.Text) {
	case "", "envelope":
		return false
	case "otlp":
		return true
	}
	r.note(fmt.Errorf("%s: %.40q is not one of envelope, otlp", s.Source, s.Text))
	return false
}

// anonymousID is the id that a person chose for this run. One that cannot be
// used leaves a source without a text: no id is sent then, since the person did
// not want the recorded one.
func (r *resolver) anonymousID() Value {
	s := r.choose(keyAnonymousID)
	if s.given() && !isChosenID(s.Text) {
		r.note(fmt.Errorf("%s: must be 1 to 64 letters, digits, '-', '_' or '.'", s.Source))
		s.Text = ""
	}
	return s.Value
}

// disclosure is how much an endpoint of the operator's sees: what the
// environment says, else the least that any file says. A project can only have
// less shown than by default.
func (r *resolver) disclosure(key string) anon.Disclosure {
	found := r.candidates(key, r.files()...)
	least, used := anon.DiscloseDeclared, setting{}
	for n, s := range found {
		if n > 0 && used.origin.kind == fromEnv {
			break
		}
		d := r.parseDisclosure(s)
		if s.origin.kind == fromProject {
			found[n].limit = ""
			if d > anon.DiscloseDeclared {
				d, found[n].limit = anon.DiscloseDeclared, limitShown
			}
		}
		if n == 0 || d < least {
			least, used = d, s
		}
	}
	r.show(key, used, found...)
	return least
}

func (r *resolver) parseDisclosure(s setting) anon.Disclosure {
	if s.wrong != nil {
		return anon.DiscloseAnonymous
	}
	d, err := anon.ParseDisclosure(s.Text)
	if err != nil {
		r.note(fmt.Errorf("%s: %.40q is not one of anonymous, declared, all", s.Source, s.Text))
	}
	return d
}
