// Package bench measures this project beside its peers, as ratios within one
// run: these figures hold on a noisy machine, where nanoseconds do not.
//
//	GOWORK=off go test -run Ratios -v -ratios .
//
// prints a table for each subject. A ratio is the median, over several passes
// with the rows interleaved, of a row's time by the base row's time in the same
// pass. Plain benchmarks of the same rows run with -bench.
package bench
