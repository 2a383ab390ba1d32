package sentry

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func number(n int) (id spanID) {
	binary.BigEndian.PutUint64(id[:], uint64(n)+1)
	return id
}

// TestHold holds spans of random sizes far beyond the bounds and takes them in
// two parts: what comes out is what the spans that are held said, whole and
// once, however often their places were moved.
func TestHold(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		trace := &openTrace{open: map[spanID]spanID{number(0): {}, number(1): {}}}
		const all = 6000
		for i := range all {
			text := fmt.Sprintf("<%d %s>", i, strings.Repeat("x", random.IntN(4000)))
			parent := number(random.IntN(2))
			trace.hold(heldSpan{id: number(i + 10), parent: parent, leaf: random.IntN(3) > 0}, []byte(text), true)
			if trace.live > maxBytes || len(trace.held) > maxSpans || len(trace.text) > 2*maxBytes+4100 {
				t.Fatalf("%d bytes, %d spans, %d bytes of text are held", trace.live, len(trace.held), len(trace.text))
			}
		}
		held := len(trace.held)
		if held+trace.dropped != all {
			t.Fatalf("%d held and %d dropped of %d", held, trace.dropped, all)
		}
		delete(trace.open, number(0))
		first := trace.take(number(0), nil, false)
		delete(trace.open, number(1))
		second := trace.take(number(1), nil, false)
		spans := strings.Split(string(slices.Concat(first, []byte(","), second)), ",")
		seen := map[string]bool{}
		for _, s := range spans {
			if !strings.HasPrefix(s, "<") || !strings.HasSuffix(s, ">") || seen[s] {
				t.Fatalf("a span came out as %.40q", s)
			}
			seen[s] = true
		}
		if len(spans) != held || trace.live != 0 {
			t.Fatalf("%d spans came out of %d, %d bytes are left", len(spans), held, trace.live)
		}
	}
}

// TestTakenIsForgotten ends one root after the other while another one of the trace
// stays open: what was taken makes room, and what is counted is what is held.
func TestTakenIsForgotten(t *testing.T) {
	trace := &openTrace{open: map[spanID]spanID{number(0): {}}}
	span := []byte(strings.Repeat("x", 20<<10))
	trace.hold(heldSpan{id: number(1), parent: number(0)}, span, true)
	for i := range 100 {
		trace.open[number(2)] = spanID{}
		trace.hold(heldSpan{id: number(i + 10), parent: number(2)}, span, true)
		trace.close(number(2))
		if got := trace.take(number(2), nil, false); len(got) != len(span) {
			t.Fatalf("%d bytes were taken, want %d", len(got), len(span))
		}
		if n := trace.memory(); n > 8*len(span) || n < trace.live {
			t.Fatalf("%d bytes are held after %d roots, %d of them live", n, i+1, trace.live)
		}
	}
}
