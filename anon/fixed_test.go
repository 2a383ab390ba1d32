package anon_test

import "time"

// fixedTime is when the spans of the examples end.
var fixedTime = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
