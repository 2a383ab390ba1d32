package telemetrycmd

import (
	"fmt"
	"strings"
	"time"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// nameOf is what a person calls a route.
func nameOf(route string) string {
	switch route {
	case "otlp":
		return "Collector"
	case "sentry":
		return "Sentry"
	}
	return "usage data"
}

func statusText(s otelbridge.Status, h *host) string {
	var p page
	p.line("Anonymous usage data of %s %s is %s: %s", s.App, s.Version, s.Routes[0].Mode, because(s.Routes[0].DecisionStatus))
	p.problems(s.Problems)
	p.title("What is sent")
	p.line("  %-11s %s: %s", "tracing", s.Trace.Mode, because(s.Trace))
	for _, r := range s.Routes {
		p.route(r, time.Now())
	}
	p.title("What is kept")
	p.kept(s)
	p.title("What was looked at: the first that says something decides (*)")
	p.inputs(s.Inputs)
	p.title("Change it with " + h.command("on") + " and " + h.command("off"))
	return p.String()
}

func (p *page) problems(problems []string) {
	if len(problems) == 0 {
		return
	}
	p.title("What is wrong")
	for _, problem := range problems {
		p.line("  %s", strings.TrimPrefix(problem, "otelbridge: "))
	}
}

func (p *page) route(r otelbridge.RouteStatus, now time.Time) {
	p.line("  %-11s %s: %s", nameOf(r.Route), r.Mode, because(r.DecisionStatus))
	line := func(title, text string) { p.line("  %-11s %-8s %s", "", title, text) }
	if r.Endpoint != "" {
		line("to", fmt.Sprintf("%s (%s)", r.Endpoint, r.EndpointFrom))
	}
	if r.Spool.Records > 0 {
		line("waiting", fmt.Sprintf("%s, %s, the oldest from %s", plural(r.Spool.Records, "record"), size(r.Spool.Bytes), ago(r.Spool.Oldest, now)))
	}
	if r.Spool.Dropped > 0 {
		line("dropped", fmt.Sprintf("%s, for lack of room or for age", plural(int(r.Spool.Dropped), "record")))
	}
	if r.Last != nil {
		line("last", lastText(*r.Last, now))
	}
}

// lastText tells how the last request went and when the next may be made.
func lastText(l otelbridge.LastStatus, now time.Time) string {
	text := fmt.Sprintf("%s: ", moment(l.Time))
	if l.Status > 0 {
		text += fmt.Sprintf("answered %d", l.Status)
	} else {
		text += "no answer, " + l.Error
	}
	if l.Until.After(now) {
		text += ", not again before " + moment(l.Until)
	}
	return text
}

func (p *page) kept(s otelbridge.Status) {
	line := func(title, text string) { p.line("  %-11s %s", title, text) }
	line("id", idText(s))
	line("consent", consentText(s.Consent))
	line("your file", orNone(s.Files.User))
	line("project's", orNone(s.Files.Project))
	line("machine's", orNone(s.Files.Machine))
	line("state", orNone(s.Files.State))
}

func orNone(path string) string {
	if path == "" {
		return "none"
	}
	return path
}

func idText(s otelbridge.Status) string {
	switch {
	case s.Identity.ID != "":
		return fmt.Sprintf("%s (%s)", s.Identity.ID, s.Identity.From)
	case s.Identity.Scope == "none":
		return "none: this program sends none"
	case s.Identity.Scope == "message":
		return "none: each event has one of its own"
	case s.Identity.Ephemeral:
		return "none: in CI and in disposable containers none is kept"
	case s.Files.State == "":
		return "none: there is no place to keep one"
	}
	return "none yet: it is made when the first event is"
}

func consentText(c otelbridge.ConsentStatus) string {
	text := "nobody has answered"
	switch c.Answer {
	case otelbridge.AnswerYes:
		text = "yes"
	case otelbridge.AnswerNo:
		text = "no"
	case otelbridge.AnswerTold:
		text = "the notice was shown"
	}
	if c.Answer != "" {
		text += fmt.Sprintf(", %s, to version %d (%s)", moment(c.Time), c.Version, c.How)
	}
	text = fmt.Sprintf("%s; %s, events of version %d", c.Kind, text, c.Schema)
	if c.Covered > 0 && c.Covered < c.Schema {
		text += fmt.Sprintf(", sent up to version %d", c.Covered)
	}
	return text
}

func (p *page) inputs(inputs []otelbridge.InputStatus) {
	question := ""
	for _, i := range inputs {
		if i.Question != question {
			question = i.Question
			p.line("  %s", question)
		}
		star := " "
		if i.Decides {
			star = "*"
		}
		p.line("  %s %s", star, inputText(i))
	}
}

func inputText(i otelbridge.InputStatus) string {
	text, effect := i.Input+":", withoutInput(i.Effect, i.Input)
	switch {
	case i.Value == "" && effect == "":
		return text + " not set"
	case i.Value == "":
		return text + " " + effect
	case effect == "":
		return text + " " + shortened(i.Value)
	}
	return text + " " + shortened(i.Value) + " -> " + effect
}

// shortened bounds a value on a line of its own, and shows that it did.
func shortened(value string) string {
	const room = 60
	if runes := []rune(value); len(runes) > room {
		return string(runes[:room-1]) + "…"
	}
	return value
}
