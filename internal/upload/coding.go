package upload

import (
	"net/http"
	"strconv"
	"strings"
)

// An endpoint may say in the header Accept-Encoding of an answer which codings of
// a request's body it takes, and refuse one with a 415 (RFC 7694).

// acceptsGzip reports whether an answer says that gzip is taken, where known is
// what is known so far.
func acceptsGzip(answer http.Header, known bool) bool {
	values, said := answer["Accept-Encoding"]
	if !said {
		return known
	}
	for _, value := range values {
		for coding := range strings.SplitSeq(value, ",") {
			name, weight, _ := strings.Cut(coding, ";")
			if name = strings.TrimSpace(name); strings.EqualFold(name, "gzip") || strings.EqualFold(name, "x-gzip") {
				return !isZero(weight)
			}
		}
	}
	return false
}

// isZero reports whether a coding's parameter is a weight of 0, which refuses it.
func isZero(weight string) bool {
	name, value, _ := strings.Cut(weight, "=")
	if !strings.EqualFold(strings.TrimSpace(name), "q") {
		return false
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	return err == nil && q == 0
}

// zips reports whether the target's bodies are compressed.
func (r *run) zips() bool { return !r.GzipWhenAccepted || r.past.Gzip }

// heed takes note of what an answer says about compression. An endpoint that was
// taken to accept it and does not gets the same records again at once, as they
// are.
func (r *run) heed(p packed, o outcome) outcome {
	if !r.GzipWhenAccepted {
		return o
	}
	r.past.Gzip = acceptsGzip(o.header, r.past.Gzip)
	if p.zipped && o.status == http.StatusUnsupportedMediaType {
		o.fate, r.past.Gzip = Again, false
	}
	return o
}
