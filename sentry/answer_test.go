package sentry

import (
	"net/http"
	"testing"
	"time"
)

func TestRateLimits(t *testing.T) {
	for _, c := range []struct {
		limits         string
		issues, traces time.Duration
	}{
		{"", 0, 0},
		{"60::organization", time.Minute, time.Minute},
		{"60", time.Minute, time.Minute},
		{"60:transaction:key", 0, time.Minute},
		{"60:error:key", time.Minute, 0},
		{"60:transaction;error:key:quota_exceeded", time.Minute, time.Minute},
		{"10:error:key, 2700:default;transaction:organization", 45 * time.Minute, 45 * time.Minute},
		{"60:replay;profile:key", 0, 0},
		{"60:replay:key,5:span:project", 0, 5 * time.Second},
		{"0.5:error:key", 500 * time.Millisecond, 0},
		{"-5:error:key", 0, 0},
		{"soon:error:key", 0, 0},
		{"NaN:error:key", 0, 0},
		{"1e300:error:key", 0, 0},
		{";;;,,,:::", 0, 0},
	} {
		setup := testSetup(t, &queue{})
		outlet, err := Route(setup)
		if err != nil {
			t.Fatal(err)
		}
		header := http.Header{limitsHeader: {c.limits}}
		if got := outlet.Answer(http.StatusTooManyRequests, header, nil).RetryAfter; got != c.issues {
			t.Errorf("%q: issues wait %v, want %v", c.limits, got, c.issues)
		}
		if got := outlet.Also[0].Answer(http.StatusOK, header, nil).RetryAfter; got != c.traces {
			t.Errorf("%q: traces wait %v, want %v", c.limits, got, c.traces)
		}
	}
}
