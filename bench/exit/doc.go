// Package exit measures what telemetry adds to the wall time of a short
// program, as whole processes, whatever the network does:
//
//	GOWORK=off go test -run Exit -v -ratios -timeout 60m .
//
// Each host below host/ is a small program of five steps. Its figure is the
// median over all rounds of the time of one run less the time of a run of the
// same binary switched off, a moment before; so what linking a library costs is
// no part of it and stands in a column of its own. Rows are interleaved round by
// round. A row that waits for seconds is measured a few times, at the end.
//
// Needs Linux. As root, names are asked of a server that never answers, in a
// mount namespace of its own; otherwise that endpoint is left out.
package exit
