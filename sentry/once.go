package sentry

// teller is who told of an error.
type teller int

const (
	byStep teller = iota // a step that failed
	byLog                // a log record
)

// maxHeard bounds how many errors of a run are remembered.
const maxHeard = 64

// heard is an error that became an issue.
type heard struct {
	kind, value string
	by          teller
}

// first remembers an exception of a run and reports whether nobody else told of
// it: an error that is logged and then fails its step, or the other way round,
// is one issue. Two steps, or two records, that tell of equal errors are two.
func (p *processor) first(id traceID, x *exception, by teller) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.traces.byID[id]
	if t == nil || len(x.links) == 0 {
		return true
	}
	if t.heardFrom(1-by, x) {
		return false
	}
	if len(t.heard) < maxHeard {
		t.heard = append(t.heard, heard{x.links[0].Type, x.links[0].Value, by})
	}
	return true
}

// heardFrom looks for the error itself and, where only words were added to it,
// for what they were added to.
func (t *openTrace) heardFrom(by teller, x *exception) bool {
	for _, l := range x.links {
		for _, h := range t.heard {
			if h.by == by && h.kind == l.Type && h.value == l.Value {
				return true
			}
		}
		if l.Type != "*fmt.wrapError" {
			break
		}
	}
	return false
}
