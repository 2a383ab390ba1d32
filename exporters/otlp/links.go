package otlp

import (
	"slices"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// ownLinks is a span that ended, with links that nobody else can change. The
// SDK copies everything else of a span; the attributes of its links are the
// slices that the host gave it.
type ownLinks struct {
	sdktrace.ReadOnlySpan
	links []sdktrace.Link
}

func (s ownLinks) Links() []sdktrace.Link { return s.links }

func withOwnLinks(raw sdktrace.ReadOnlySpan) sdktrace.ReadOnlySpan {
	links := raw.Links()
	if !slices.ContainsFunc(links, func(l sdktrace.Link) bool { return len(l.Attributes) > 0 }) {
		return raw
	}
	links = slices.Clone(links)
	for i := range links {
		links[i].Attributes = slices.Clone(links[i].Attributes)
	}
	return ownLinks{raw, links}
}
