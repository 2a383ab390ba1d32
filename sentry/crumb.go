package sentry

import (
	"encoding/json"
	"slices"
	"time"

	sentrygo "github.com/getsentry/sentry-go"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// maxCrumbs is how many breadcrumbs Sentry shows.
const maxCrumbs = 100

// crumbs are what happened before an event, oldest first. Only the latest are
// kept.
type crumbs struct {
	list    []crumb
	bytes   int
	dropped int // those that are not kept
}

// crumb is a breadcrumb as JSON.
type crumb struct {
	time time.Time
	text []byte
}

func (c *crumbs) add(one crumb) {
	c.list = append(c.list, one)
	c.bytes += len(one.text)
	for len(c.list) > maxCrumbs || c.bytes > maxCrumbBytes {
		c.bytes -= len(c.list[0].text)
		c.list = slices.Delete(c.list, 0, 1)
		c.dropped++
	}
}

// with returns a copy that has others among them, in the order of time.
func (c crumbs) with(others crumbs) crumbs {
	all := crumbs{dropped: c.dropped + others.dropped}
	both := slices.Concat(c.list, others.list)
	slices.SortStableFunc(both, func(a, b crumb) int { return a.time.Compare(b.time) })
	for _, one := range both {
		all.add(one)
	}
	return all
}

// latest are those that fit into room bytes of JSON, each with a comma, and how
// many there are of all that do not.
func (c crumbs) latest(room int) (texts []json.RawMessage, dropped int) {
	first := len(c.list)
	for first > 0 && len(c.list[first-1].text)+1 <= room {
		first--
		room -= len(c.list[first].text) + 1
	}
	for _, one := range c.list[first:] {
		texts = append(texts, one.text)
	}
	return texts, c.dropped + first
}

// crumbOf is the breadcrumb of an event of a span.
func crumbOf(e sdktrace.Event) crumb {
	return newCrumb(&sentrygo.Breadcrumb{
		Type: "default", Category: "event", Message: e.Name,
		Level: sentrygo.LevelInfo, Timestamp: e.Time.UTC(),
	}, e.Attributes, e.DroppedAttributeCount)
}

// newCrumb encodes a breadcrumb with as many of the attributes as fit. Some were
// dropped before.
func newCrumb(c *sentrygo.Breadcrumb, attrs []attribute.KeyValue, dropped int) crumb {
	if len(attrs) > 0 || dropped > 0 {
		c.Data = dataOf(attrs, dropped, maxCrumb-len(mustJSON(c)))
	}
	return crumb{c.Timestamp, mustJSON(c)}
}

// crumb adds to what happened in a run, or outside of any.
func (p *processor) crumb(id traceID, c crumb) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.traces.crumb(id, c) {
		p.loose.add(c)
	}
}
