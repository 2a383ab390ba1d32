// Package console draws runs on a terminal: each run as a waterfall, a line for each step with a bar on a common time axis,
// how long it took, how it ended and what it counted.
//
//	             |0              |1 s            |2 s      time        read  written
//	run          ======================================  2.31 s  ok
//	  extract    ==============                          809 ms  ok  12,034   12,034
//	  normalize               ===                        118 ms  ok  12,034   11,000
//	  load                      =======================  1.38 s  ok  11,000   11,000
//
// # What it shows
//
// Names of spans, their times and outcomes, integer attributes and the first line of an error. It sends nothing: what it
// writes goes to the writer it was given, so it is not bound by a policy.
//
// # What it costs
//
// A map entry and about 200 bytes for each step of a run that has not ended, up to 20,000 steps a run and 64 runs. No
// goroutine. A run is drawn on the goroutine that ends it, with one call of Write.
//
// # How to turn it off
//
// Leave the route out. The master switch turns it off with all the others.
package console
