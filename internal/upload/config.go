package upload

import (
	"crypto/x509"
	"net"
	"net/http"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/spool"
)

const (
	defaultTimeout  = 5 * time.Second
	defaultInterval = time.Second
	defaultAgent    = "otelbridge"
	defaultJoin     = 1000
	maxJoinBytes    = 450 << 10
)

// Config says how an Uploader works. The zero value is valid: it delivers with
// the defaults, and without Dir it neither locks nor remembers anything between
// processes.
type Config struct {
	// Dir is the folder above the queues, where the lock and the state file
	// live. It is never created here. Empty: memory only.
	Dir string

	// UserAgent is sent with each request. Default "otelbridge".
	UserAgent string

	// Timeout bounds one request from name resolution to the end of the
	// answer. Default 5 s.
	Timeout time.Duration

	// Interval is how long the in-process uploader lets records gather.
	// Default 1 s.
	Interval time.Duration

	// OnDelivery hears of every request and what became of it, one call at a
	// time. It must be quick, as deliveries wait for it. Nil: nobody listens.
	OnDelivery func(Delivery)

	// Transport makes requests instead of the package itself, for tests. It must
	// not follow redirects, must honour a request's context and must not read a
	// request's body after it returned.
	Transport func(*http.Request) (*http.Response, error)

	// RootCAs are trusted instead of the system's. Nil: the system's.
	RootCAs *x509.CertPool

	// Force ignores a backoff that was this side's idea, for a Flush that a
	// person asked for. What a server asked for still holds.
	Force bool

	resolver *net.Resolver // nil: the system's
	proxy    proxyFunc     // nil: the environment's
}

func (c Config) withDefaults() Config {
	c.Timeout = orDefault(c.Timeout, defaultTimeout)
	c.Interval = orDefault(c.Interval, defaultInterval)
	if c.proxy == nil {
		c.proxy = http.ProxyFromEnvironment
	}
	if c.UserAgent == "" {
		c.UserAgent = defaultAgent
	}
	return c
}

func orDefault(d, fallback time.Duration) time.Duration {
	if d <= 0 {
		return fallback
	}
	return d
}

// Target is one route's queue and where it goes as configured now. What is
// queued never knows a URL.
type Target struct {
	// Name is the route's: "track", "otlp", "sentry". It is unique among the
	// targets of an Uploader and is what the state file calls it.
	Name string

	// Queue holds what is to be delivered. Nil disables the target.
	Queue *spool.Queue

	// URL is absolute: https, or http to this machine, without user
	// information. Anything else disables the target; see [Uploader.Status].
	URL string

	// Sign adds credentials when a request is sent. It may change headers and
	// the query, not where the request goes. Nil: none. An error keeps the
	// records as wrong credentials do.
	Sign func(*http.Request) error

	// Revoked is asked before each request. True disables the target; what is
	// queued stays. Nil: never.
	Revoked func() bool

	// Join makes one body of several, in order. It must not keep the slices; what
	// it returned is not used after it is called again. Nil: one request a record.
	Join func(bodies [][]byte) []byte

	// MaxJoin is how many records are joined at most; a request holds no more
	// than 450 KiB of them either way. Default 1000.
	MaxJoin int

	// Gzip makes what compresses a body that was not queued with a
	// Content-Encoding, until the endpoint says that it does not take that: by an
	// answer's Accept-Encoding (RFC 7694) or a 415. Nil: bodies stay as they are.
	Gzip func() Compressor

	// GzipWhenAccepted compresses only after the endpoint has said with an answer's
	// Accept-Encoding that it takes gzip.
	GzipWhenAccepted bool

	// Answer reads what the endpoint replied: at most 64 KiB of the body, for
	// any status. It must not keep body. Nil: the status says all.
	Answer func(status int, header http.Header, body []byte) Answer
}

// Answer is what a route made of its endpoint's reply. The zero value adds
// nothing to the status.
type Answer struct {
	// Dropped counts what the endpoint took the request for but refused to
	// keep, such as rejected spans; it counts with a 2xx only.
	Dropped int

	// RetryAfter asks for a pause, after a success as well. It is used when it
	// is longer than the header Retry-After, and capped at 24 hours.
	RetryAfter time.Duration
}
