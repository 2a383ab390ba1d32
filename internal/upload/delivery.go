package upload

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"time"
)

// Delivery tells about one request.
type Delivery struct {
	Target  string
	URL     string        // without query
	Status  int           // 0: no answer
	Err     error         // why there was no usable answer; nil with a status
	Records int           // how many records the request held
	Bytes   int           // length of the body as it was sent
	Fate    Fate          // what became of the records
	Time    time.Time     // when the request was made
	Took    time.Duration // until the answer was read
	Body    []byte        // what was sent, before compression; valid during the call
}

// Result sums up one pass over all targets.
type Result struct {
	Requests  int
	Delivered int // records
	Dropped   int // records that can never be delivered
	Bytes     int // of bodies as they were sent, delivered or not

	// More is true when the pass ended at its bound, with records left that
	// could have been sent.
	More bool

	// Next is when the first target that is held back by a backoff may be tried
	// again. Zero: none is.
	Next time.Time
}

func (r *Result) add(d Delivery) {
	r.Requests++
	r.Bytes += d.Bytes
	switch d.Fate {
	case Delivered:
		r.Delivered += d.Records
	case Dropped:
		r.Dropped += d.Records
	}
}

func (r Result) plus(o Result) Result {
	r.Requests += o.Requests
	r.Delivered += o.Delivered
	r.Dropped += o.Dropped
	r.Bytes += o.Bytes
	r.More = r.More || o.More
	r.Next = earlier(r.Next, o.Next)
	return r
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// class names an error for the state file in one word, which cannot carry an
// address or anything else of the request.
func class(err error) string {
	var dns *net.DNSError
	var verify *tls.CertificateVerificationError
	var timeout interface{ Timeout() bool }
	switch {
	case err == nil:
		return ""
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.As(err, &dns):
		return "dns"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.Is(err, errRefused):
		return "refused"
	case errors.As(err, &verify):
		return "tls"
	case errors.Is(err, errSign), errors.Is(err, errProxy):
		return "sign"
	default:
		return "network"
	}
}
