package otelbridge

import (
	"net/http"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/otelbridge/otelbridge-go/anon"
)

// Route builds one destination. It is called once, by [Start], when tracing is
// on, and once more by each method of a [Control] that looks at what is sent:
// then no span comes, or one for each anonymous event. It returns the zero Outlet when nothing configures it, and an error when
// what configures it is wrong; either way the other routes go on without it. A
// route opens no connection: it sends into its spool, [Setup.Spool].
type Route func(Setup) (Outlet, error)

// Setup is what a route is built from. Everything in it may be used from many
// goroutines at once.
type Setup struct {
	// App is the host, with defaults filled in.
	App App
	// Settings is what was resolved.
	Settings Settings
	// Policy is the compiled schema.
	Policy *anon.Policy
	// Consented is the part of it that consent to anonymous events covers:
	// what is newer than the consent is left out until it is renewed.
	Consented *anon.Policy
	// Hasher digests names with the key of this install, or with a key of this
	// process alone where none is kept.
	Hasher *anon.Hasher
	// Machine describes where the host runs, for anonymous events.
	Machine anon.Machine
	// Resource describes the host to the operator's endpoints.
	Resource *resource.Resource
	// AnonymousID returns the id for the next anonymous event: it is made when
	// first asked for. Empty: send none.
	AnonymousID func() string
	// Spool returns the queue of the route called name.
	Spool func(name string, limits Limits) Spool
	// Report tells the host of a problem inside the route.
	Report func(error)
}

// Spool is the queue of a route. Whatever is sent into it is on disk when it
// answers 200; headers other than Content-Type and Content-Encoding are not
// kept. It is an http.RoundTripper too.
type Spool func(*http.Request) (*http.Response, error)

var _ http.RoundTripper = Spool(nil)

// RoundTrip calls s.
func (s Spool) RoundTrip(req *http.Request) (*http.Response, error) { return s(req) }

// Limits bound the spool of a route. A zero field takes its default: any
// number of records, 64 MiB, 7 days.
type Limits struct {
	// Records is how many records wait at most.
	Records int
	// Bytes is how much room they take on disk at most.
	Bytes int64
	// Age is how long a record waits at most.
	Age time.Duration
}

// Outlet is a built route. The zero Outlet stands for a route that nothing
// configures.
type Outlet struct {
	// Name is short, unique among the routes, and what the route calls its
	// spool: "track", "otlp", "sentry".
	Name string

	// Processor receives the spans, raw. It must copy what it may keep before
	// it returns.
	Processor sdktrace.SpanProcessor

	// Prompt says that the processor's ForceFlush and Shutdown do no more than
	// bring to the spool what the processor holds, and wait for nothing else.
	// Such processors are flushed and ended one after the other, which spares a
	// short program threads and a timer. The others are ended side by side and
	// left behind when time is up.
	Prompt bool

	// Endpoint is the URL that spooled requests are sent to. Empty for a route
	// that sends nothing.
	Endpoint string

	// Follows lets what is queued follow the outlet when Endpoint changes. It is
	// for destinations that no project can name. Otherwise what is queued waits
	// for the endpoint it was recorded for, until it is too old.
	Follows bool

	// Sign adds credentials to a request that is about to be sent. Nil: none
	// are needed.
	Sign func(*http.Request) error

	// Join makes one body out of several, for an endpoint that takes batches.
	// Nil: each record is a request of its own.
	Join func(bodies [][]byte) []byte

	// Gzip makes what compresses bodies that are not compressed yet, such as a
	// *gzip.Writer, until the endpoint says that it does not take that: by an
	// answer's Accept-Encoding (RFC 7694) or a 415. What it said is remembered from
	// one process to the next. Nil: bodies stay as they are.
	Gzip func() Compressor

	// GzipWhenAccepted compresses only after the endpoint has said with an answer's
	// Accept-Encoding that it takes gzip.
	GzipWhenAccepted bool

	// Stack, which is [StackOf], reads the stack that an error carries. Nil: this
	// route does not ask for stacks. One that does makes them visible to all.
	Stack func(error) []uintptr

	// Answer reads a response for what its status does not tell. Nil: the
	// status tells all.
	Answer func(status int, header http.Header, body []byte) Reply

	// Also are further queues of the same route, which an endpoint may hold back
	// without the first: each with a name of its own and what a queue needs,
	// and no processor.
	Also []Outlet
}

// Reply is what a route learned from a response.
type Reply struct {
	// Dropped is how many of the things sent the endpoint did not take and
	// never will.
	Dropped int
	// RetryAfter asks not to send before that much time has passed.
	RetryAfter time.Duration
}

// configured reports whether a route made something of its setup.
func (o Outlet) configured() bool { return o.Processor != nil }
