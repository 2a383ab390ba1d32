package otelbridge

import (
	"strings"
	"time"

	"github.com/otelbridge/otelbridge-go/anon"
)

// App describes the host to the bridge. Name is the only field without a
// default. An App is a value; Start does not keep a pointer to it.
type App struct {
	// Name names the host in paths, in the environment and in what is sent:
	// lower-case letters, digits, '-' and '_', starting with a letter.
	Name string

	// Version is the host's release number. Default "devel".
	Version string

	// Schema declares what may leave. Without events and operator fields it is
	// anon.Pipeline().
	Schema anon.Schema

	// Endpoint is the URL that anonymous events are sent to unless the user
	// names another: https, or http to a loopback address. Empty: nothing is
	// sent until a user names one.
	Endpoint string

	// WriteKey is the key of a Segment source, sent as the user of basic
	// authentication. Empty: no authentication.
	WriteKey string

	// Consent says whether people are asked (OptIn, the zero value) or told
	// (OptOut) before the first anonymous event.
	Consent Consent

	// Disabled turns all tracing off, whatever anybody else says: for a host
	// that is embedded in another one.
	Disabled bool

	// Prefix is what the host's environment variables start with, without the
	// underscore. Default: Name in upper case, '-' as '_'.
	Prefix string

	// Dir, if set, is one folder for configuration and state, such as
	// ~/.dlt; a leading ~ is the user's home. Default: the user's configuration
	// and state directories.
	Dir string

	// Aliases are variables and keys of an older tool that mean the same as
	// ours.
	Aliases []Alias

	// RuntimeKeys are further keys of the [runtime] table of config.toml, which
	// belong to the host: they are neither read nor errors.
	RuntimeKeys []string

	// Identity says which id anonymous events carry. The zero value is one
	// random id per install.
	Identity Identity

	// Delivery says how what was recorded reaches the network. The zero value
	// chooses by the kind of program.
	Delivery Delivery

	// Linger bounds how long Shutdown waits for the network where it waits at
	// all. Default 300 ms; negative: not at all.
	Linger time.Duration

	// Limits bound the queues of routes by name: "track", "otlp", "sentry". A zero
	// field, and a route that is not named, keep the route's own: 256 records, 1
	// MiB, 7 days for anonymous events, 64 MiB, 7 days for the others.
	Limits map[string]Limits

	// HostAsks leaves the question and the notice to the host: Start neither
	// asks nor tells, and the host calls [Control.Ask] when it suits it. Until
	// then nothing is sent that needs either. Start does not know the host's
	// commands: it also asks before one that is mistyped.
	HostAsks bool

	// OffCommand is the command that turns telemetry off, such as "chess
	// telemetry off", for the texts that people read. Empty: there is none.
	OffCommand string

	// DeletionEndpoint is the URL that takes requests to delete what was sent
	// to Endpoint under an id: https, or http to a loopback address. It gets a
	// POST of {"anonymousId":"..."} and answers with a 2xx. Empty: there is
	// none. See [Control.Forget].
	DeletionEndpoint string

	// OnError is told what went wrong inside the bridge. It is never told
	// secrets. Calls may come from several goroutines at once. Default: nobody
	// is told.
	OnError func(error)
}

// Consent says how a person's consent to anonymous events comes about.
type Consent uint8

const (
	// OptIn sends nothing until a person said yes. A question without an answer is
	// put again in the next run.
	OptIn Consent = iota
	// OptOut tells people once and sends from the next run on.
	OptOut
)

// Identity says which id anonymous events carry and how it is written.
type Identity struct {
	// Scope is how long an id lives. The zero value is PerInstall.
	Scope IdentityScope
	// Format is how an id is written. The zero value is Hex.
	Format IdentityFormat
}

// IdentityScope is how long an anonymous id lives.
type IdentityScope uint8

const (
	// PerInstall keeps one random id in the user's state directory.
	PerInstall IdentityScope = iota
	// PerMessage gives each event an id of its own: nothing joins two events
	// but the run.
	PerMessage
	// NoIdentity sends no id.
	NoIdentity
)

// IdentityFormat is how an anonymous id is written.
type IdentityFormat uint8

const (
	// Hex is 32 hexadecimal digits.
	Hex IdentityFormat = iota
	// UUID is a random UUID (version 4, RFC 9562).
	UUID
	// ULID is 26 characters of Crockford base32 (github.com/ulid/spec).
	ULID
)

// Delivery says how what was recorded reaches the network.
type Delivery uint8

const (
	// Auto delivers in the process while it lives; when it ends, a detached
	// child delivers what is left, or up to Linger in the process where
	// children die with it (CI and containers). The child is the same binary,
	// started without arguments: see [Start] for what that asks of main.
	Auto Delivery = iota
	// InProcess delivers while the process lives and up to Linger at Shutdown.
	InProcess
	// Detached leaves delivery to a child of the same binary.
	Detached
	// NextRun begins to send what earlier runs left when the next one starts,
	// and never waits for the network at the end: a program that is always
	// short may not get far.
	NextRun
)

// Alias lets an older name work: an environment variable or a key of the
// [runtime] table of config.toml.
type Alias struct {
	// Key is the setting meant: one of the keys of [runtime],
	// "enable_runtime_trace", "no_telemetry" for a variable that turns
	// telemetry off with any value, "offline" for one that does so with any
	// value but a false one, or "anonymous_id" for one that overrides the id.
	Key string
	// Env is the variable that means the same. Optional.
	Env string
	// TOML is the key of [runtime] that means the same. Optional.
	TOML string
}

// limits are those of a queue: what the app says of it, or of its route, before the
// route's own. A route's further queues have its name and a hyphen before theirs.
func (a App) limits(queue string, own Limits) Limits {
	said, ok := a.Limits[queue]
	if !ok {
		route, _, _ := strings.Cut(queue, "-")
		said = a.Limits[route]
	}
	if said.Records > 0 {
		own.Records = said.Records
	}
	if said.Bytes > 0 {
		own.Bytes = said.Bytes
	}
	if said.Age > 0 {
		own.Age = said.Age
	}
	return own
}
