package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/otelbridge/otelbridge-go/examples/pipeline/receiver"
)

// show prints what arrived on each route, and what of the run's own words is in it.
func show(ctx context.Context, w io.Writer, other *receiver.Receiver, p *pipeline) error {
	events, traces, envelopes := other.Requests("/v1/track"), other.Requests("/v1/traces"), other.Requests("/api/")
	fmt.Fprintf(w, "\nWhat arrived at %s\n", other.URL)
	title(w, "Anonymous events, for who makes the tool", events)
	if err := showEvents(w, events); err != nil {
		return err
	}
	title(w, "Traces, for your Collector", traces)
	if err := showTraces(w, traces); err != nil {
		return err
	}
	title(w, "Transactions, for your Sentry", envelopes)
	if err := showEnvelopes(w, envelopes); err != nil {
		return err
	}
	words, err := p.words(ctx)
	if err != nil {
		return err
	}
	showWords(w, words, [][]receiver.Request{events, traces, envelopes})
	return nil
}

func title(w io.Writer, text string, requests []receiver.Request) {
	fmt.Fprintf(w, "\n%s\n", text)
	if len(requests) == 0 {
		fmt.Fprintln(w, "  nothing")
		return
	}
	wire := 0
	for _, q := range requests {
		wire += q.Wire
	}
	first := requests[0]
	fmt.Fprintf(w, "  %d x POST %s, %d bytes of %s\n", len(requests), first.Path, wire,
		strings.TrimSpace(first.Header.Get("Content-Encoding")+" "+first.Header.Get("Content-Type")))
}

// event is what is shown of an anonymous event in a line.
type event struct {
	Event      string
	Properties struct {
		Destination string `json:"destination_name"`
		Elapsed     float64
		Success     bool
	}
}

// showEvents prints a line for each event and the last one whole.
func showEvents(w io.Writer, requests []receiver.Request) error {
	for _, q := range requests {
		var e event
		if err := json.Unmarshal(q.Body, &e); err != nil {
			return err
		}
		fmt.Fprintf(w, "  %-20s destination %-8s %8.3f s  success %v\n", e.Event, e.Properties.Destination, e.Properties.Elapsed, e.Properties.Success)
	}
	if len(requests) == 0 {
		return nil
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, bytes.TrimSpace(requests[len(requests)-1].Body), "  ", "  "); err != nil {
		return err
	}
	fmt.Fprintf(w, "  the last one, whole:\n  %s\n", pretty.Bytes())
	return nil
}

func showTraces(w io.Writer, requests []receiver.Request) error {
	var spans []receiver.Span
	for _, q := range requests {
		more, err := receiver.Spans(q.Body)
		if err != nil {
			return err
		}
		spans = append(spans, more...)
	}
	slices.SortStableFunc(spans, func(a, b receiver.Span) int { return a.Start.Compare(b.Start) })
	for _, s := range spans[:min(len(spans), most)] {
		above, deep := ancestry(spans, s)
		name := strings.Repeat("  ", deep) + s.Name
		fmt.Fprintf(w, "  %-16s %10v  %s\n", name, s.Elapsed.Round(time.Microsecond), strings.Join(own(s, above), "  "))
	}
	others(w, len(spans))
	if len(spans) > 0 {
		fmt.Fprintf(w, "  resource: %s\n", strings.Join(spans[0].Resource, "  "))
	}
	return nil
}

// most is how many spans are shown of a trace.
const most = 12

func others(w io.Writer, all int) {
	if all > most {
		fmt.Fprintf(w, "  and %d more\n", all-most)
	}
}

// ancestry is the attributes of the spans above s, and how many those are.
func ancestry(spans []receiver.Span, s receiver.Span) (attributes []string, deep int) {
	for _, above := range spans {
		if above.ID == s.Parent {
			further, deeper := ancestry(spans, above)
			return append(further, above.Attributes...), deeper + 1
		}
	}
	return nil, 0
}

// own leaves out what a step inherited from its run: it arrives with each, and need not be read with each.
func own(s receiver.Span, above []string) []string {
	return slices.DeleteFunc(slices.Clone(s.Attributes), func(kv string) bool { return slices.Contains(above, kv) })
}

func showEnvelopes(w io.Writer, requests []receiver.Request) error {
	for _, q := range requests {
		items, err := receiver.Envelope(q.Body)
		if err != nil {
			return err
		}
		for _, item := range items {
			if err := showItem(w, item); err != nil {
				return err
			}
		}
	}
	return nil
}

func showItem(w io.Writer, item receiver.Item) error {
	if item.Type != "transaction" {
		fmt.Fprintf(w, "  %s, %d bytes\n", item.Type, len(item.Payload))
		return nil
	}
	var t receiver.Transaction
	if err := json.Unmarshal(item.Payload, &t); err != nil {
		return err
	}
	fmt.Fprintf(w, "  %-16s %10v  %s\n", t.Name, between(t.Start, t.End), t.Contexts.Trace.Status)
	for _, s := range t.InOrder()[:min(len(t.Spans), most)] {
		name := strings.Repeat("  ", t.Depth(s)) + s.Description
		fmt.Fprintf(w, "  %-16s %10v  %s\n", name, between(s.Start, s.End), s.Status)
	}
	others(w, len(t.Spans))
	for _, tag := range slices.Sorted(maps.Keys(t.Tags)) {
		fmt.Fprintf(w, "  tag %s=%s\n", tag, t.Tags[tag])
	}
	return nil
}

func between(start, end float64) time.Duration {
	return time.Duration((end - start) * float64(time.Second)).Round(time.Microsecond)
}
