package anon

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"go.opentelemetry.io/otel/attribute"
)

// locked is the pinned form of a schema: everything that decides what can
// leave, and nothing that only explains it.
type locked struct {
	Version  int           `json:"version"`
	Events   []lockedEvent `json:"events"`
	Operator []lockedField `json:"operator"`
}

type lockedEvent struct {
	Name   string        `json:"name"`
	Span   string        `json:"span"`
	When   string        `json:"when"`
	Since  int           `json:"since,omitempty"`
	Fields []lockedField `json:"fields"`
}

type lockedField struct {
	Name   string        `json:"name"`
	Kind   string        `json:"kind"`
	From   attribute.Key `json:"from,omitempty"`
	Values []string      `json:"values,omitempty"`
	Bounds []int64       `json:"bounds,omitempty"`
	Since  int           `json:"since,omitempty"`
}

// Lock is the pinned form of the schema as indented JSON, to be kept in the
// host's repository: a test that compares it, and [Widened], make each change
// to what may leave a change that somebody sees.
func (s Schema) Lock() string {
	l := locked{Version: s.version(), Events: []lockedEvent{}, Operator: lockFields(s.Operator)}
	for _, e := range s.Events {
		l.Events = append(l.Events, lockedEvent{e.Name, e.span(), e.When.String(), e.Since, lockFields(e.Fields)})
	}
	// A struct of strings and numbers always marshals.
	text, _ := json.MarshalIndent(l, "", "  ")
	return string(text) + "\n"
}

func lockFields(fields []Field) []lockedField {
	out := []lockedField{}
	for _, f := range fields {
		l := lockedField{Name: f.name, Kind: f.kind.String(), Values: f.values, Bounds: f.bounds, Since: f.since}
		if !f.kind.derived() {
			l.From = f.key()
		}
		out = append(out, l)
	}
	return out
}

// Widened compares two locks and names everything that the newer one lets out
// and the older one did not: events, fields, values, and fields whose source,
// kind or bounds changed. Such a change needs a higher version, so that people
// can be asked again, and what changed has to be marked with it ([Field.Since],
// Event.Since), so that nothing of it is sent until they were. ok reports
// whether that is so. The error says which lock is not one.
func Widened(older, newer string) (changes []string, ok bool, err error) {
	was, err := readLock(older)
	if err != nil {
		return nil, false, fmt.Errorf("anon: the older lock: %w", err)
	}
	is, err := readLock(newer)
	if err != nil {
		return nil, false, fmt.Errorf("anon: the newer lock: %w", err)
	}
	w := widening{was: was.Version, is: is.Version, ok: true}
	for _, e := range is.Events {
		w.event(was.Events, e)
	}
	w.fields("operator", is.Version, was.Operator, is.Operator)
	return w.changes, w.ok, nil
}

// readLock does not take other JSON for a lock that lets out nothing.
func readLock(text string) (l locked, err error) {
	if err = json.Unmarshal([]byte(text), &l); err == nil && (l.Version < 1 || l.Events == nil) {
		err = errors.New("it has no version or no events")
	}
	return l, err
}

// widening gathers what a newer lock lets out.
type widening struct {
	was, is int
	changes []string
	ok      bool
}

// add notes a change to something that is marked with the version since.
func (w *widening) add(since int, format string, args ...any) {
	change := fmt.Sprintf(format, args...)
	if since != w.is {
		change += fmt.Sprintf(" and is not marked Since(%d)", w.is)
	}
	w.ok = w.ok && since == w.is && w.is > w.was
	w.changes = append(w.changes, change)
}

func (w *widening) event(was []lockedEvent, e lockedEvent) {
	where := "event " + e.Name
	i := slices.IndexFunc(was, func(o lockedEvent) bool { return o.Name == e.Name })
	if i < 0 {
		w.add(e.Since, "%s was added", where)
		return
	}
	if was[i].Span != e.Span {
		w.add(e.Since, "%s is made from span %q, it was %q", where, e.Span, was[i].Span)
	}
	if was[i].When != e.When {
		w.add(e.Since, "%s is made at %s, it was at %s", where, e.When, was[i].When)
	}
	if e.Since < was[i].Since {
		w.add(e.Since, "%s is there since version %d, it was since %d", where, e.Since, was[i].Since)
	}
	w.fields(where, e.Since, was[i].Fields, e.Fields)
}

// fields compares the fields of one place, which is itself there since a
// version: what a new event brings needs no mark of its own.
func (w *widening) fields(where string, since int, was, is []lockedField) {
	for _, f := range is {
		at := fmt.Sprintf("%s: field %s", where, f.Name)
		i := slices.IndexFunc(was, func(o lockedField) bool { return o.Name == f.Name })
		if i < 0 {
			w.add(max(since, f.Since), "%s was added", at)
			continue
		}
		w.field(at, max(since, f.Since), was[i], f)
	}
}

func (w *widening) field(where string, since int, was, is lockedField) {
	if was.Kind != is.Kind {
		w.add(since, "%s is a %s, it was a %s", where, is.Kind, was.Kind)
	}
	if was.From != is.From {
		w.add(since, "%s is read from %q, it was from %q", where, is.From, was.From)
	}
	for _, v := range is.Values {
		if !slices.Contains(was.Values, v) {
			w.add(since, "%s: value %q was added", where, v)
		}
	}
	for _, b := range is.Bounds {
		if !slices.Contains(was.Bounds, b) {
			w.add(since, "%s: bound %d was added", where, b)
		}
	}
	if is.Since < was.Since {
		w.add(since, "%s is there since version %d, it was since %d", where, is.Since, was.Since)
	}
}
