package sentry

import (
	"encoding/json"
	"time"

	sentrygo "github.com/getsentry/sentry-go"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/internal/clip"
)

// The event and the attributes under which OpenTelemetry's semantic
// conventions (v1.43.0) record an exception.
const (
	exceptionEvent      = "exception"
	exceptionType       = "exception.type"
	exceptionMessage    = "exception.message"
	exceptionStacktrace = "exception.stacktrace"

	panicType = "panic"
)

// exception is what became known of one failure: the error, everything it
// wraps, and a stack.
type exception struct {
	links   []link
	dropped int    // links that were too many
	stack   string // of the first link, unless links carry their own
	time    time.Time
	panic   bool
	told    bool // a step below told it already
	logger  string
	message string // of the log record it came with
	level   sentrygo.Level
}

// link is one error of a chain in the form of anon.ChainKey.
type link struct {
	Type   string `json:"type"`
	Value  string `json:"value"`
	Parent int    `json:"parent"`
	Source string `json:"source"`
	Group  bool   `json:"group"`
	Stack  string `json:"stack"`
}

// exceptionOf reads a scrubbed exception event.
func exceptionOf(e sdktrace.Event) exception {
	x := exception{time: e.Time, level: sentrygo.LevelError}
	only := link{Parent: -1}
	chain, chained := "", false
	for _, kv := range e.Attributes {
		switch kv.Key {
		case exceptionType:
			only.Type = kv.Value.AsString()
		case exceptionMessage:
			only.Value = kv.Value.AsString()
		case exceptionStacktrace:
			x.stack = kv.Value.AsString()
		case anon.ChainKey:
			chain, chained = kv.Value.AsString(), true
		}
	}
	x.links = chainOf(chain, only)
	x.shorten()
	x.told = chained && chain == ""
	if x.panic = only.Type == panicType; x.panic {
		x.level = sentrygo.LevelFatal
	}
	return x
}

// chainOf falls back to the one error that OpenTelemetry records where there is
// no chain, or one that cannot be read.
func chainOf(text string, only link) []link {
	var links []link
	if text == "" || json.Unmarshal([]byte(text), &links) != nil || len(links) == 0 {
		return []link{only}
	}
	return links
}

// maxLinks is how many errors of a chain are sent.
const maxLinks = 32

// shorten leaves of a chain what has room in an event.
func (x *exception) shorten() {
	x.dropped = max(0, len(x.links)-maxLinks)
	x.links = x.links[:len(x.links)-x.dropped]
	x.stack = clip.Text(x.stack, maxStack)
	for i := range x.links {
		l := &x.links[i]
		l.Type, l.Source = clip.Text(l.Type, maxName), clip.Text(l.Source, maxName)
		l.Value, l.Stack = clip.Text(l.Value, maxMessage), clip.Text(l.Stack, maxStack)
	}
}

// values are the exceptions of an event in Sentry's order: what happened first
// comes first, so that the error itself is the last.
func (x *exception) values(b program) []sentrygo.Exception {
	out := make([]sentrygo.Exception, len(x.links))
	for i, l := range x.links {
		out[len(out)-1-i] = sentrygo.Exception{
			Type: l.Type, Value: l.Value,
			Stacktrace: b.stacktrace(x.stackOf(i)),
			Mechanism:  x.mechanism(i),
		}
	}
	return out
}

// stackOf is the stack of a link. The one that came with the exception belongs
// to the error itself if none of the chain has its own.
func (x *exception) stackOf(i int) string {
	if i > 0 || x.links[i].Stack != "" {
		return x.links[i].Stack
	}
	for _, l := range x.links {
		if l.Stack != "" {
			return ""
		}
	}
	return x.stack
}

func (x *exception) mechanism(i int) *sentrygo.Mechanism {
	l, handled := x.links[i], !x.panic
	m := &sentrygo.Mechanism{Type: "generic", Handled: &handled, ExceptionID: i, IsExceptionGroup: l.Group}
	if x.panic {
		m.Type = "panic"
	}
	if l.Parent >= 0 && l.Parent < i {
		m.Type, m.ParentID, m.Source = "chained", &l.Parent, l.Source
	}
	return m
}
