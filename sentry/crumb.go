package sentry

import (
	"encoding/json"
	"slices"

	sentrygo "github.com/getsentry/sentry-go"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// maxCrumbs is how many breadcrumbs Sentry shows.
const maxCrumbs = 100

// crumbs are what happened before an event, oldest first; only the latest are
// kept.
type crumbs []*sentrygo.Breadcrumb

func (c crumbs) add(one *sentrygo.Breadcrumb) crumbs {
	if len(c) == maxCrumbs {
		c = append(c[:0], c[1:]...)
	}
	return append(c, one)
}

// with returns a copy that has others among them, in the order of time.
func (c crumbs) with(others crumbs) crumbs {
	all := append(slices.Clone(c), others...)
	slices.SortStableFunc(all, func(a, b *sentrygo.Breadcrumb) int { return a.Timestamp.Compare(b.Timestamp) })
	return all[max(0, len(all)-maxCrumbs):]
}

func crumbOf(e sdktrace.Event) *sentrygo.Breadcrumb {
	c := &sentrygo.Breadcrumb{Type: "default", Category: "event", Message: clip(e.Name, maxCrumb), Level: sentrygo.LevelInfo, Timestamp: e.Time.UTC()}
	if len(e.Attributes) > 0 {
		c.Data = crumbData(e.Attributes)
	}
	return c
}

// crumbData leaves out what is too long for a breadcrumb.
func crumbData(attrs []attribute.KeyValue) map[string]any {
	data := make(map[string]any, len(attrs))
	for _, kv := range attrs {
		if text := appendValue(nil, kv.Value); len(text) <= maxCrumb {
			data[string(kv.Key)] = json.RawMessage(text)
		}
	}
	return data
}
