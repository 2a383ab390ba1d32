package telemetrycmd

import (
	"encoding/json"
	"fmt"
	"time"
)

// printJSON prints data for a program. Bytes of events stay as they are.
func (s *session) printJSON(data any) error {
	encoder := json.NewEncoder(s.cmd.OutOrStdout())
	encoder.SetEscapeHTML(false)
	return failed(encoder.Encode(data))
}

func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func size(n int64) string {
	const kilo = 1000
	switch {
	case n >= kilo*kilo:
		return fmt.Sprintf("%.1f MB", float64(n)/(kilo*kilo))
	case n >= kilo:
		return fmt.Sprintf("%.1f kB", float64(n)/kilo)
	}
	return plural(int(n), "byte")
}

// ago is how long something is past, in the largest unit that fits.
func ago(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return "less than a minute ago"
	case d < time.Hour:
		return plural(int(d/time.Minute), "minute") + " ago"
	case d < 48*time.Hour:
		return plural(int(d/time.Hour), "hour") + " ago"
	}
	return plural(int(d/(24*time.Hour)), "day") + " ago"
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
