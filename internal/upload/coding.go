package upload

import (
	"net/http"
	"strconv"
	"strings"
)

// An endpoint may say in the header Accept-Encoding of an answer which codings of
// a request's body it takes, and refuse one with a 415 (RFC 7694).
const (
	gzipCoding = "gzip"
	noCoding   = "identity"
)

// codingOf is what an answer says of gzip, or what is known of it so far.
func codingOf(answer http.Header, known string) string {
	values, said := answer["Accept-Encoding"]
	if !said {
		return known
	}
	for _, value := range values {
		for coding := range strings.SplitSeq(value, ",") {
			name, weight, _ := strings.Cut(coding, ";")
			name = strings.TrimSpace(name)
			if (strings.EqualFold(name, gzipCoding) || strings.EqualFold(name, "x-gzip")) && !isZero(weight) {
				return gzipCoding
			}
		}
	}
	return noCoding
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
func (r *run) zips() bool {
	if r.past.Coding == "" {
		return !r.GzipWhenAccepted
	}
	return r.past.Coding == gzipCoding
}

// heed takes note of what an answer says about compression. An endpoint that does
// not take it gets the same records again at once, as they are.
func (r *run) heed(p packed, o outcome) outcome {
	if r.Gzip == nil {
		return o
	}
	r.past.Coding = codingOf(o.header, r.past.Coding)
	if p.zipped && o.status == http.StatusUnsupportedMediaType {
		o.fate, r.past.Coding = Again, noCoding
	}
	return o
}
