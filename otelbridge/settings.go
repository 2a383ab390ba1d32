package otelbridge

import (
	"log/slog"

	"github.com/otelbridge/otelbridge-go/anon"
)

// Settings is what environment, configuration files, recorded consent and the
// host's own choices come to. They are resolved once, by [Resolve], and passed
// down as a value. The zero Settings turn everything off.
type Settings struct {
	// Trace is the master switch: Off means that no route exists.
	Trace Decision
	// Telemetry says whether anonymous events may be sent.
	Telemetry Decision
	// OTLP and Sentry say whether spans go to the operator's own endpoints.
	OTLP, Sentry Decision

	// ConsentVersion is the version of the schema that the decision about
	// anonymous events covers: what is newer is not sent. Zero when Telemetry
	// is Off.
	ConsentVersion int
	// Pending is what a person has to be asked or told in this run.
	Pending Pending

	// Findings are all inputs that were looked at, in the order in which they
	// count, with what each of them came to. They hold no secrets.
	Findings []Finding

	// TelemetryEndpoint and WriteKey say where anonymous events go.
	TelemetryEndpoint Value
	WriteKey          Value

	// SentryDSN turns the Sentry route on; SentryAttributes says how much it
	// shows (default DiscloseDeclared).
	SentryDSN        Value
	SentryAttributes anon.Disclosure

	// SentryOTLP sends traces to Sentry in OpenTelemetry's own form instead of
	// as transactions (sentry_protocol = "otlp"). Issues are envelopes either
	// way.
	SentryOTLP bool

	// OTLPEndpoint turns the OTLP route on. It is the base URL, to which the
	// route adds v1/traces, unless OTLPExact is set: then it is the whole URL,
	// as OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is. OTLPHeaders are sent with each
	// request and never written to disk.
	OTLPEndpoint   Value
	OTLPExact      bool
	OTLPHeaders    map[string]string
	OTLPAttributes anon.Disclosure
	// OTLPKeyPairs are those of OTEL_EXPORTER_OTLP_*. The route is off, with an
	// error, where OpenTelemetry's exporter would print that one does not fit.
	OTLPKeyPairs []KeyPair

	// LogLevel is the level from which a wrapped log handler reports. Default
	// slog.LevelWarn.
	LogLevel slog.Level

	// AnonymousID overrides the recorded id of the install for this run.
	AnonymousID Value

	// Debug asks for one line on stderr per delivery.
	Debug bool
	// NoColor asks for plain text on terminals.
	NoColor bool

	// Machine describes where the host runs.
	Machine anon.Machine
	// Ephemeral is true in CI and in disposable containers: no id is kept.
	Ephemeral bool

	// Paths are where things are kept.
	Paths Paths
}

// Value is one setting and where it came from.
type Value struct {
	// Text is the setting; empty when nobody set it.
	Text string
	// Source names the input it came from, for example "RUNTIME__SENTRY_DSN"
	// or the path of a file and its key.
	Source string
}

// Mode is what a decision comes to. The zero value is Off.
type Mode uint8

const (
	// Off sends nothing.
	Off Mode = iota
	// Log prints what would be sent and sends nothing.
	Log
	// On sends.
	On
)

// String is off, log or on.
func (m Mode) String() string {
	switch m {
	case On:
		return "on"
	case Log:
		return "log"
	}
	return "off"
}

// Decision is a result and the input that made it.
type Decision struct {
	// Mode is the result.
	Mode Mode
	// Input names what decided, for example "DO_NOT_TRACK" or a file and key.
	Input string
	// Reason says in a few words why, for a person to read.
	Reason string
}

// Paths are the files and folders of one host. An empty path means that there
// is no place for the thing: it is then kept in memory or not at all.
type Paths struct {
	// Machine, User and Project are the three config.toml files.
	Machine, User, Project string
	// State is the folder of consent, id, key, spool and the log of what was
	// sent.
	State string
}
