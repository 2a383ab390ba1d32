// Package sentry is the route to the operator's own Sentry project: runs as
// transactions, failures as issues.
//
//	bridge, err := otelbridge.Start(ctx, app, track.Route, sentry.Route)
//	bridge.Recover()
//	slog.SetDefault(slog.New(sentry.Handler(bridge, slog.NewTextHandler(os.Stderr, nil))))
//
// It is on when somebody sets sentry_dsn, and only then.
//
// # Transactions
//
// The spans of a trace become one transaction when their local root ends: a
// span whose parent is not open in this process. A span that ends after its
// root, or starts after it, makes a segment of its own in the same trace. Every
// span that is recorded is sent: nothing is sampled here. Numbers among the
// root's attributes are measurements; links are links; events are breadcrumbs.
//
// # Issues
//
// A recorded exception, a step that failed, a panic, a log record of level error
// and, with [otelbridge.Bridge.Recover], the crash of a process become issues
// with their stack, linked to their span. Of a chain of errors each is an
// exception of its own. An error that a step returned and its pipeline returns
// again is one issue, and so is one that was logged on the way: in the step, in
// a span around it, or within a minute outside of any run, as main does. A
// warning never stands for a failure. Issues are grouped by step, types, place
// and the shape of the innermost message.
//
// # What leaves
//
// What the schema declares, as sentry_attributes says: "declared" (the default),
// "anonymous" (what anonymous events carry; no issues) or "all". Secrets in names,
// messages and stacks are masked. Paths are relative to the module. No client of
// sentry-go is ever made, so that nothing is read from SENTRY_* variables, from
// git or from the name of the host.
//
// # What it costs
//
// A span is encoded where it ends and waits in memory for its root, at most
// 1,000 spans or 900 KiB a trace and, with breadcrumbs, 32 MiB over all. No event
// is longer than Sentry takes: of one span 32 KiB of attributes are sent, and the
// latest breadcrumbs that find room. How much did not is told in the event.
// There is no goroutine. Envelopes go to the spool of the bridge and from there
// to the network. On disk they name neither the key of the DSN nor the endpoint.
//
// # Two ways in
//
// Envelopes work with every Sentry. With sentry_protocol = "otlp" traces go to the
// project's OTLP endpoint instead, which recent ones have; issues are envelopes
// either way. Issues and traces have a queue each, so that a rate limit on one does
// not hold back the other.
package sentry
