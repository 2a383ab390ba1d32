package sentry

// Sentry refuses an event or a transaction of more than 1 MiB, and with it all
// that it holds. So there is a budget, in bytes of JSON: spans, and the error
// itself, come first; breadcrumbs take what is left. What finds no room is left
// out and counted where it is missed: in the context "otelbridge" or, of
// attributes, under droppedKey.
const (
	// maxItem is how long an event or a transaction becomes.
	maxItem = 1000 << 10
	// maxBytes is how long the spans of a transaction are together.
	maxBytes = 900 << 10
	// maxData is how long the attributes of one span are, with those of its links.
	maxData = 32 << 10
	// maxRest is room for what is written behind the breadcrumbs were counted.
	maxRest = 16 << 10

	// maxCrumb is how long one breadcrumb is, maxCrumbBytes all that are held.
	maxCrumb      = 8 << 10
	maxCrumbBytes = 128 << 10
)

// droppedKey stands among attributes for those that there was no room for.
const droppedKey = "otelbridge.attributes_dropped"
