package track

import (
	"testing"
	"time"
)

// TestTime compares appendTime with what package time makes of the layout.
func TestTime(t *testing.T) {
	const layout = "2006-01-02T15:04:05.000Z07:00"
	for _, at := range []time.Time{
		{},
		time.Date(2026, 3, 1, 23, 59, 59, 999_999_999, time.UTC),
		time.Date(2026, 3, 1, 0, 0, 0, 7_000_000, time.FixedZone("", -5*3600-1800)),
		time.Date(1969, 12, 31, 0, 0, 0, 120_000_000, time.FixedZone("", 3600)),
		time.Date(12026, 3, 1, 0, 0, 0, 45_600_000, time.UTC),
	} {
		if got, want := string(appendTime(nil, at)), at.UTC().Format(layout); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
