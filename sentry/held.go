package sentry

import "time"

const (
	// maxSpans is how many spans a transaction holds: what Sentry's own SDKs
	// send at most.
	maxSpans = 1000
	// maxOpen is how many open spans of a trace are noted.
	maxOpen = 10_000
	// openCost is about what such a note takes, in bytes.
	openCost = 48
)

// openTrace is what is known of a trace while spans of it are open. A span
// that ends while its parent is open waits here, as JSON, for the span that
// makes the transaction: the one whose parent is not open here.
type openTrace struct {
	open    map[spanID]spanID // with their parents
	unnoted int               // open spans that there was no room to note
	top     top               // the first span that had no open parent
	held    []heldSpan
	text    []byte // of the held spans, and of some that no longer are
	live    int    // bytes of text that belong to a held span
	dropped int    // spans that were not held
	crumbs  crumbs
	active  time.Time // when a span last started or ended
}

// top is the span that is expected to make the transaction.
type top struct {
	id, parent spanID
	name       string
	start      time.Time
}

// heldSpan is a span that ended and where its JSON lies.
type heldSpan struct {
	id, parent spanID
	from, to   int
	leaf       bool
}

// memory is what the trace takes, in bytes.
func (t *openTrace) memory() int {
	return cap(t.text) + t.crumbs.bytes + len(t.open)*openCost
}

// note remembers that a span is open. The first of a trace always has room.
func (t *openTrace) note(id, parent spanID, room bool) bool {
	if len(t.open) > 0 && (!room || len(t.open) >= maxOpen) {
		t.unnoted++
		return false
	}
	t.open[id] = parent
	return true
}

// missed reports whether an open span may be one that was not noted.
func (t *openTrace) missed(id spanID) bool {
	_, noted := t.open[id]
	return !noted && t.unnoted > 0
}

// close forgets an open span.
func (t *openTrace) close(id spanID) {
	if t.missed(id) {
		t.unnoted--
	}
	delete(t.open, id)
}

// hold keeps a span, or counts it when there is no room. A span that has
// children takes the place of one that has none: the upper part of a tree says
// more than its leaves, and ends later.
func (t *openTrace) hold(h heldSpan, text []byte, room bool) {
	if room && len(t.held) < maxSpans && t.live+len(text) <= maxBytes {
		t.held = append(t.held, t.place(h, text))
		return
	}
	t.dropped++
	if h.leaf {
		return
	}
	for i := range t.held {
		if old := t.held[i]; old.leaf && t.live-(old.to-old.from)+len(text) <= maxBytes {
			t.live -= old.to - old.from
			copy(t.held[i:], t.held[i+1:])
			t.held[len(t.held)-1] = t.place(h, text)
			return
		}
	}
}

// place puts the text behind the others.
func (t *openTrace) place(h heldSpan, text []byte) heldSpan {
	t.squeeze()
	h.from = len(t.text)
	t.text = append(t.text, text...)
	h.to = len(t.text)
	t.live += len(text)
	return h
}

// squeeze leaves out what was replaced or taken before that takes more room than
// what is live.
func (t *openTrace) squeeze() {
	if dead := len(t.text) - t.live; dead <= max(t.live, maxData) {
		return
	}
	text := make([]byte, 0, t.live)
	for i := range t.held {
		h := &t.held[i]
		text = append(text, t.text[h.from:h.to]...)
		h.from, h.to = len(text)-(h.to-h.from), len(text)
	}
	t.text = text
}

// take appends the JSON of the held spans below the span id, joined by commas
// unless bare. Once no span of the trace is open, everything that is left
// belongs to the last.
func (t *openTrace) take(id spanID, dst []byte, bare bool) []byte {
	below := t.below(id)
	kept, first := t.held[:0], true
	for i, h := range t.held {
		if !below(i) {
			kept = append(kept, h)
			continue
		}
		if !first && !bare {
			dst = append(dst, ',')
		}
		dst, first = append(dst, t.text[h.from:h.to]...), false
		t.live -= h.to - h.from
	}
	t.held = kept
	return dst
}

// all takes everything.
func (t *openTrace) all(dst []byte, bare bool) []byte {
	clear(t.open)
	return t.take(spanID{}, dst, bare)
}

// below tells which held spans descend from id. A span is held before its
// parent is, so one walk from the last to the first meets parents first.
func (t *openTrace) below(id spanID) func(int) bool {
	if len(t.open) == 0 {
		return func(int) bool { return true }
	}
	marks := make([]bool, len(t.held))
	family := map[spanID]struct{}{id: {}}
	for i := len(t.held) - 1; i >= 0; i-- {
		h := &t.held[i]
		if _, marks[i] = family[h.parent]; marks[i] {
			family[h.id] = struct{}{}
		}
	}
	return func(i int) bool { return marks[i] }
}
