// Package history loads the history of a git repository into SQLite, in the three steps of any such pipeline: [Extract] asks
// git and keeps what it says, [Normalize] makes clean rows of it, [Load] writes the rows. Between the steps the data lies in
// files of a [Package], so that memory stays bounded by the largest single commit and the number of people, however long the
// history is.
//
// The package knows OpenTelemetry's API and nothing else of tracing: each step adds what it counted to the span it finds in
// its context. With no span there, that does nothing.
package history
