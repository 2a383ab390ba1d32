package sentry

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// limitsHeader says which categories of data are limited and for how long. It
// comes with any status.
const limitsHeader = "X-Sentry-Rate-Limits"

// limitedBy reads the rate limits of some categories. What they hold back waits
// on disk, where other clients throw it away; the uploader keeps the pause across
// processes.
func limitedBy(categories ...string) func(int, http.Header, []byte) otelbridge.Reply {
	return func(_ int, header http.Header, _ []byte) otelbridge.Reply {
		var wait time.Duration
		for _, limit := range strings.Split(header.Get(limitsHeader), ",") {
			wait = max(wait, limitOf(limit, categories))
		}
		return otelbridge.Reply{RetryAfter: wait}
	}
}

// limitOf is how long a limit "seconds:category;category:scope:…" holds for one
// of the categories. No category means all of them.
func limitOf(limit string, categories []string) time.Duration {
	seconds, rest, _ := strings.Cut(strings.TrimSpace(limit), ":")
	n, err := strconv.ParseFloat(seconds, 64)
	if err != nil || !(n > 0 && n <= (24*time.Hour).Seconds()) {
		return 0
	}
	limited, _, _ := strings.Cut(rest, ":")
	for _, c := range strings.Split(limited, ";") {
		if c == "" || slices.Contains(categories, c) {
			return time.Duration(n * float64(time.Second))
		}
	}
	return 0
}
