package sentry

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"

	"github.com/otelbridge/otelbridge-go/anon"
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
		trace := &openTrace{open: map[spanID]struct{}{number(0): {}, number(1): {}}}
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

// TestEventsAreBounded fills everything an issue can carry: Sentry refuses events
// of more than 1 MiB.
func TestEventsAreBounded(t *testing.T) {
	r := newRig(t, disclose(anon.DiscloseAll))
	huge := strings.Repeat("words and more ", 20_000)
	l := r.logger(new(bytes.Buffer), slog.LevelInfo)
	for range maxCrumbs + 5 {
		l.Info(huge, "data", huge)
	}
	_, s := r.tracer.Start(t.Context(), "run")
	s.AddEvent(huge)
	s.RecordError(fmt.Errorf("wrapped: %w", &tableError{huge}))
	s.SetAttributes(attribute.String("long", huge))
	s.End()
	l.Error(huge, "err", &tableError{huge})
	for _, e := range r.envelopes() {
		if len(e.raw) > 1<<20 {
			t.Errorf("a %s of %d bytes", e.kind, len(e.raw))
		}
	}
}
