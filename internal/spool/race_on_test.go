//go:build race

package spool

// raceEnabled: under the race detector sync.Pool forgets buffers at random.
const raceEnabled = true
