package sentry

import (
	"encoding/json"

	sentrygo "github.com/getsentry/sentry-go"
)

// wireEvent is an event as it is sent: with the lists that Sentry's protocol
// wants in an object, which sentry-go does not write and only Sentry itself can
// do without, and with no user.
type wireEvent struct {
	Breadcrumbs []json.RawMessage `json:"breadcrumbs,omitempty"`
	*plainEvent
	Exception *list[json.RawMessage] `json:"exception,omitempty"`
	Threads   *list[sentrygo.Thread] `json:"threads,omitempty"`
	User      *sentrygo.User         `json:"user,omitempty"`
}

// plainEvent is an event without its own MarshalJSON.
type plainEvent sentrygo.Event

type list[T any] struct {
	Values []T `json:"values"`
}

func listOf[T any](values []T) *list[T] {
	if len(values) == 0 {
		return nil
	}
	return &list[T]{values}
}

// encode writes an event. Its exceptions come first; breadcrumbs have what is
// left of the budget.
func encode(e *sentrygo.Event, before crumbs) []byte {
	w := wireEvent{plainEvent: (*plainEvent)(e), Threads: listOf(e.Threads)}
	room := maxItem - maxRest - len(mustJSON(w))
	exceptions, lost := fitting(e.Exception, room)
	for _, text := range exceptions {
		room -= len(text) + 1
	}
	crumbs, lostCrumbs := before.latest(room)
	w.Exception, w.Breadcrumbs = listOf(exceptions), crumbs
	addDropped(e.Contexts, "exceptions_dropped", lost)
	addDropped(e.Contexts, "breadcrumbs_dropped", lostCrumbs)
	return mustJSON(w)
}

// fitting are as many exceptions as there is room for, from the last, which is
// the error itself, down to what caused it, and how many there are more.
func fitting(all []sentrygo.Exception, room int) (texts []json.RawMessage, dropped int) {
	texts = make([]json.RawMessage, len(all))
	for i := len(all) - 1; i >= 0; i-- {
		texts[i] = mustJSON(all[i])
		if room -= len(texts[i]) + 1; room < 0 {
			return texts[i+1:], i + 1
		}
	}
	return texts, 0
}

// addDropped tells how much there was no room for.
func addDropped(contexts map[string]sentrygo.Context, what string, n int) {
	if n == 0 {
		return
	}
	if contexts["otelbridge"] == nil {
		contexts["otelbridge"] = sentrygo.Context{"type": "default"}
	}
	before, _ := contexts["otelbridge"][what].(int)
	contexts["otelbridge"][what] = before + n
}
