package upload

import "net/http"

// Fate is what became of the records of one request.
type Fate int

const (
	// Kept records wait for another attempt.
	Kept Fate = iota
	// Delivered records are the endpoint's.
	Delivered
	// Dropped records can never be delivered; they are counted.
	Dropped
	// Again records go again at once, in smaller requests or without
	// compression.
	Again
)

// String returns the fate's name in lower case.
func (f Fate) String() string {
	switch f {
	case Delivered:
		return "delivered"
	case Dropped:
		return "dropped"
	case Again:
		return "again"
	default:
		return "kept"
	}
}

// judge decides by the status alone what becomes of n records.
func judge(status, n int) Fate {
	switch {
	case status >= 200 && status <= 299:
		return Delivered
	case n > 1 && (status == http.StatusRequestEntityTooLarge || refuses(status)):
		return Again
	case status < 400 || status > 499 || mendable(status) || passing(status):
		return Kept
	default:
		return Dropped
	}
}

// mendable statuses go away when somebody changes a setting, not with time.
func mendable(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		return true
	}
	return status >= 300 && status <= 399
}

// passing client errors say nothing against the request itself.
func passing(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return false
}
