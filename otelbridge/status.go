package otelbridge

import "time"

// statusVersion is the version of the form of Status as JSON.
const statusVersion = 1

// Status is how the telemetry of a host stands, and why. It holds no secrets.
type Status struct {
	// SchemaVersion is the version of this form.
	SchemaVersion int `json:"schema_version"`
	// App and Version are the host.
	App     string `json:"app"`
	Version string `json:"version"`
	// Trace is the master switch.
	Trace DecisionStatus `json:"trace"`
	// Routes are the ways out, the anonymous one first.
	Routes []RouteStatus `json:"routes"`
	// Identity and Consent are what is kept of the person and the install.
	Identity IdentityStatus `json:"identity"`
	Consent  ConsentStatus  `json:"consent"`
	// Files are the places that count; empty where there is none.
	Files FilesStatus `json:"files"`
	// Inputs are all that was looked at, in the order in which it counts.
	Inputs []InputStatus `json:"inputs"`
	// Problems are what a person should mend. What they name is off.
	Problems []string `json:"problems"`
}

// DecisionStatus is a Decision as JSON.
type DecisionStatus struct {
	// Mode is on, log or off.
	Mode string `json:"mode"`
	// Input is what decided, Reason why.
	Input  string `json:"input"`
	Reason string `json:"reason,omitempty"`
}

// RouteStatus is how one way out stands.
type RouteStatus struct {
	// Route is its name: "track" for anonymous events, "otlp", "sentry".
	Route string `json:"route"`
	DecisionStatus
	// Endpoint is where it sends, without keys; EndpointFrom names who said so.
	Endpoint     string `json:"endpoint,omitempty"`
	EndpointFrom string `json:"endpoint_from,omitempty"`
	// Spool is what waits to be sent.
	Spool SpoolStatus `json:"spool"`
	// Last is how the last request to this endpoint went; nil: none is known.
	Last *LastStatus `json:"last,omitempty"`
}

// SpoolStatus is what waits to be sent on a route.
type SpoolStatus struct {
	Records int       `json:"records"`
	Bytes   int64     `json:"bytes"`
	Oldest  time.Time `json:"oldest,omitzero"`
	// Dropped records were given up for lack of room or for age, and are told
	// to the endpoint with the next delivery.
	Dropped int64 `json:"dropped"`
}

// LastStatus is how the last request of a route went.
type LastStatus struct {
	Time time.Time `json:"time"`
	// Status is the answer; zero when there was none, and Error names why in a
	// word: dns, refused, timeout, tls, sign or network.
	Status int    `json:"status,omitempty"`
	Error  string `json:"error,omitempty"`
	// Delivered is when something last arrived.
	Delivered time.Time `json:"delivered,omitzero"`
	// Failures is how many requests failed in a row; nothing is sent before
	// Until.
	Failures int       `json:"failures,omitempty"`
	Until    time.Time `json:"until,omitzero"`
}

// IdentityStatus is what tells this install from others.
type IdentityStatus struct {
	// Scope is install, message or none.
	Scope string `json:"scope"`
	// ID is the id that events carry; empty when there is none, or none yet.
	ID string `json:"id,omitempty"`
	// From is the file or the variable that it comes from.
	From string `json:"from,omitempty"`
	// Ephemeral is true in CI and in disposable containers, where nothing is
	// kept.
	Ephemeral bool `json:"ephemeral"`
}

// ConsentStatus is what was answered or told, and to which events.
type ConsentStatus struct {
	// Kind is opt-in or opt-out.
	Kind string `json:"kind"`
	// Answer is yes, no, told, or empty for none; Time and How say when and
	// where it was given, Version which version of the events it was given to.
	Answer  Answer    `json:"answer,omitempty"`
	Time    time.Time `json:"time,omitzero"`
	How     string    `json:"how,omitempty"`
	Version int       `json:"version,omitempty"`
	// Schema is the version of the events now, Covered the one up to which they
	// are sent; zero when they are not.
	Schema  int `json:"schema"`
	Covered int `json:"covered"`
}

// FilesStatus are the files that switches and state are kept in.
type FilesStatus struct {
	Machine string `json:"machine,omitempty"`
	User    string `json:"user,omitempty"`
	Project string `json:"project,omitempty"`
	State   string `json:"state,omitempty"`
}

// InputStatus is a Finding as JSON.
type InputStatus struct {
	Question string `json:"question"`
	Input    string `json:"input"`
	Value    string `json:"value,omitempty"`
	Effect   string `json:"effect,omitempty"`
	Decides  bool   `json:"decides"`
}

// On reports whether anonymous events are sent.
func (s Status) On() bool { return len(s.Routes) > 0 && s.Routes[0].Mode == On.String() }
