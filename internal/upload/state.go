package upload

import (
	"encoding/hex"
	"hash/fnv"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/record"
)

// state is what state.json holds: what every process that uses this spool has
// to know. It names no URL, no credential and nothing of a record.
type state struct {
	Version  int                 `json:"version"`
	Targets  map[string]history  `json:"targets,omitempty"` // by their places
	Launches map[string]launches `json:"launches,omitempty"`
}

// stateVersion stands in the file. A format that older programs would take for
// damage gets a file of another name, as they would write theirs over it.
const stateVersion = 1

// maxHistories is how many endpoints are remembered: those of the latest results.
const maxHistories = 16

// history is how an endpoint has behaved.
type history struct {
	Until     time.Time `json:"until,omitzero"`     // nothing is sent before
	Asked     bool      `json:"asked,omitempty"`    // the server named Until
	Failures  int       `json:"failures,omitempty"` // in a row
	Time      time.Time `json:"time,omitzero"`      // of the last result
	Status    int       `json:"status,omitempty"`
	Class     string    `json:"class,omitempty"` // of the last error, one word
	Delivered time.Time `json:"delivered,omitzero"`
	Coding    string    `json:"coding,omitempty"` // of bodies, as it has said: gzip or identity
}

// placeOf names an endpoint of a target. Each has a history of its own, since the
// projects of a user may send to several in turn.
func placeOf(target, url string) string { return target + "@" + keyOf(url) }

// launches is how often an executable was started as a child, and whether it
// ever noticed.
type launches struct {
	Last       time.Time `json:"last,omitzero"`
	Unreported int       `json:"unreported,omitempty"` // launches since the last report
	Reported   time.Time `json:"reported,omitzero"`
}

// keyOf names something in the state file without quoting it.
func keyOf(text string) string {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(text))
	return hex.EncodeToString(sum.Sum(nil))
}

// parseState takes anything: what cannot be understood is a fresh state.
func parseState(data []byte) state {
	o, ok := record.Parse(data)
	s := state{}.ready()
	o.Each("targets", func(name string, o record.Object) { s.Targets[name] = historyOf(o) })
	o.Each("launches", func(name string, o record.Object) { s.Launches[name] = launchesOf(o) })
	if !ok || o.Int("version") != stateVersion || !o.Sound() {
		return state{}.ready()
	}
	return s
}

func historyOf(o record.Object) history {
	return history{
		Until: o.Time("until"), Asked: o.Bool("asked"), Failures: o.Int("failures"),
		Time: o.Time("time"), Status: o.Int("status"), Class: o.Text("class"), Delivered: o.Time("delivered"),
		Coding: o.Text("coding"),
	}
}

func launchesOf(o record.Object) launches {
	return launches{Last: o.Time("last"), Unreported: o.Int("unreported"), Reported: o.Time("reported")}
}

func (s state) ready() state {
	s.Version = stateVersion
	if s.Targets == nil {
		s.Targets = map[string]history{}
	}
	if s.Launches == nil {
		s.Launches = map[string]launches{}
	}
	return s
}

// heldUntil returns when the endpoint may be tried again; zero is at once. A time
// that is further ahead than any pause is a clock that moved.
func (h history) heldUntil(now time.Time, force bool) time.Time {
	longest := ownCap
	if h.Asked {
		longest = retryCap
	}
	if !h.Until.After(now) || h.Until.After(now.Add(longest)) || force && !h.Asked {
		return time.Time{}
	}
	return h.Until
}

// forgetOldHistories keeps the latest.
func (s state) forgetOldHistories() {
	for len(s.Targets) > maxHistories {
		oldest := ""
		for place, h := range s.Targets {
			if oldest == "" || h.Time.Before(s.Targets[oldest].Time) {
				oldest = place
			}
		}
		delete(s.Targets, oldest)
	}
}

// newer returns the one with the later result, where a result from the future is
// a clock that has moved since.
func newer(a, b history, now time.Time) history {
	if b.Time.After(a.Time) && !b.Time.After(now.Add(time.Minute)) {
		return b
	}
	return a
}

func (h history) succeeded(o outcome, now time.Time) history {
	h = history{Time: now, Status: o.status, Delivered: h.Delivered, Coding: h.Coding}
	if o.fate == Delivered {
		h.Delivered = now
	}
	return h.heldBack(o.pause, now)
}

func (h history) heldBack(pause time.Duration, now time.Time) history {
	if pause > 0 {
		h.Until, h.Asked = now.Add(capRetry(pause)), true
	}
	return h
}

func (h history) failed(o outcome, now time.Time, roll float64) history {
	h.Time, h.Status, h.Class = now, o.status, class(o.err)
	h.Failures = min(h.Failures+1, 1000)
	delay := jittered(h.Failures, roll)
	if mendable(o.status) || h.Class == "sign" {
		delay = mendDelay(h.Failures, roll)
	}
	h.Until, h.Asked = now.Add(delay), false
	if o.pause > delay {
		return h.heldBack(o.pause, now)
	}
	return h
}
