package upload

import (
	"errors"
	"net/http"
	"strconv"
	"time"
)

const (
	backoffBase  = time.Second
	backoffMend  = 15 * time.Minute
	backoffCap   = time.Hour
	backoffFloor = 50 * time.Millisecond
	ownCap       = backoffCap + backoffCap/2 // of pauses that no server asked for: see mendDelay
	retryCap     = 24 * time.Hour
)

// jittered returns the delay after the given number of failures: anything below
// the bound, where roll is uniform in [0, 1). The floor only keeps a lucky roll
// from being no delay at all.
func jittered(failures int, roll float64) time.Duration {
	return max(backoffFloor, time.Duration(float64(bound(backoffBase, failures))*roll))
}

// mendDelay is for what somebody has to repair: never less than 15 minutes.
func mendDelay(failures int, roll float64) time.Duration {
	b := bound(backoffMend, failures)
	return b + time.Duration(float64(b/2)*roll)
}

// bound doubles from base with each failure after the first, up to an hour.
func bound(base time.Duration, failures int) time.Duration {
	for range failures - 1 {
		if base *= 2; base >= backoffCap {
			break
		}
	}
	return min(base, backoffCap)
}

// retryAfter reads the header of that name, seconds or a date, capped at 24
// hours. Nothing usable is 0.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := header.Get("Retry-After")
	seconds, err := strconv.ParseUint(value, 10, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(seconds, uint64(retryCap/time.Second))) * time.Second
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return capRetry(date.Sub(now))
}

func capRetry(d time.Duration) time.Duration { return max(0, min(d, retryCap)) }
