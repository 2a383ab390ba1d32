package upload

import (
	"net/http"
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
	value = strings.TrimSpace(value)
	return value != "" && strings.Trim(value, "0.") == ""
}

// zips reports whether the target's bodies are compressed.
func (r *run) zips() bool {
	if r.past.Coding == "" {
		return !r.GzipWhenAccepted
	}
	return r.past.Coding == gzipCoding
}

// heed takes note of what an answer says about compression.
func (r *run) heed(p packed, o outcome) outcome {
	switch {
	case r.Gzip == nil:
	case r.blames(p, o):
		r.past.Coding = noCoding
		if o.fate != Kept {
			o.fate, o.recoded = Again, true
		}
	case o.fate == Delivered:
		r.past.Coding = codingOf(o.header, r.past.Coding)
	}
	return o
}

// blames reports whether an answer may have to do with compression: then the same
// records go as they are. A 415 does. Where the endpoint had only said that it
// takes gzip, any answer but success does: what said so may be a proxy before a
// program that cannot read it.
func (r *run) blames(p packed, o outcome) bool {
	return p.zipped && (o.status == http.StatusUnsupportedMediaType ||
		r.GzipWhenAccepted && o.status != 0 && o.fate != Delivered)
}
