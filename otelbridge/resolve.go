package otelbridge

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
)

// Resolve finds out what a host may do, from in and from nothing else.
//
// Everything is off until an input turns it on, and whatever cannot be
// understood is off. The settings are always usable. The error joins every
// problem, with file, line and key or with the name of the variable; a problem
// never turns anything on, and no error holds a secret.
//
// # May anything be traced?
//
// No, and there is no route, if any of these says so: App.Disabled;
// enable_runtime_trace = false in the machine's, the user's or the project's
// config.toml, at the top or under [runtime]; ENABLE_RUNTIME_TRACE, also behind
// <PREFIX>_ and RUNTIME__; OTEL_SDK_DISABLED; a config.toml
// that cannot be read or parsed, since it may say so; an OTEL_RESOURCE_ATTRIBUTES
// or OTEL_TRACES_SAMPLER that makes the OpenTelemetry SDK print an error.
//
// # May anonymous events be sent?
//
// The first of these that says anything decides:
//
//  1. <PREFIX>_NO_TELEMETRY, DO_NOT_TRACK: any value is off, but an empty one
//  2. telemetry = false in the machine's config.toml, or an error in any
//     config.toml: off
//  3. [Inputs.Disable], the flag --disable-telemetry: off
//  4. <PREFIX>_TELEMETRY: on, log, or off; RUNTIME__TELEMETRY, which every tool
//     with this bridge reads: log or off, and on means nothing. Log prints events
//     whatever a file says, and sends none
//  5. telemetry = false in the project's config.toml: off
//  6. telemetry in the user's config.toml, or [Inputs.Enable]: as it says
//  7. the recorded consent: as it says
//  8. App.Consent: OptIn is off; OptOut is off until the notice was shown in an
//     earlier run
//
// Without a valid endpoint it is off all the same.
//
// # May spans go to a collector?
//
// Yes, when otlp_endpoint or OpenTelemetry's own variables name a valid endpoint,
// unless an OTEL_EXPORTER_OTLP_* variable makes OpenTelemetry's exporter print an
// error.
//
// # Values
//
// A switch is 1, true, yes, on or 0, false, no, off, in any case and with spaces
// around it; an empty variable is not set; any other value means off. In a
// config.toml it is true or false. OTEL_SDK_DISABLED is stricter than its
// specification, for which an unknown value is false: here it is off.
//
// A setting of [runtime] is looked for in <PREFIX>_KEY, RUNTIME__KEY, the
// project's, the user's and the machine's file, in this order; "off" instead of
// an endpoint or a DSN turns that route off. An off, or a value that cannot be
// understood, is not overruled by one of its kind: that of a variable not by
// another variable, that of a project not by a nearer one, and that of the user or
// the machine not by a project. How much an endpoint sees is the least that any of
// the files says, and a project no more than declared, unless the environment says.
// A project cannot name the endpoint or the key of anonymous events; its off for
// the endpoint is stronger than any endpoint. The file of a stranger, who is neither
// the user nor root, or one in a stranger's folder, can only turn off.
//
// A name in a file that differs from one of these by case or by '-' for '_', and
// one of [runtime] at the top, is an error and turns off what it may have meant:
// everything for enable_runtime_trace, the route for its settings, and anonymous
// events for any. Only log_level at the top is left to the host.
//
// Credentials only go where they belong: those of a file to an endpoint that
// the same file names, those of OTEL_* to one that OTEL_* names, those of the
// environment to any but a project's, those of the App to its own.
func Resolve(app App, in Inputs) (Settings, error) {
	app, err := app.withDefaults()
	if err != nil {
		return Settings{}, err
	}
	r := newResolver(app, in.withDefaults())
	r.resolveTrace()
	r.resolveTelemetry()
	r.resolveOTLP()
	r.resolveSentry()
	r.resolveRest()
	if r.Trace.Mode == Off {
		r.turnOff()
	}
	return r.Settings, r.problem()
}

// resolver is a resolution under way: the settings so far and what went wrong.
type resolver struct {
	Settings
	app  App
	in   Inputs
	keys runtimeKeys

	machine, user configFile
	projects      []configFile // the nearest first
	consent       consentFile
	names         error
	problems      []error
}

func newResolver(app App, in Inputs) *resolver {
	r := &resolver{app: app, in: in, keys: app.runtimeKeys(), names: app.checkNames()}
	r.Machine = in.Machine
	r.Ephemeral = in.Machine.CI || in.Machine.Container
	r.Paths = findPaths(app, in)
	r.readFiles()
	r.note(r.names)
	for _, f := range r.files() {
		r.note(f.problems()...)
	}
	r.note(r.consent.err)
	return r
}

// readFiles reads whatever is on disk, and forgets the paths that lead through
// a file instead of a folder.
func (r *resolver) readFiles() {
	r.machine = readConfig(r.Paths.Machine, r.keys, r.in.ReadFile)
	r.user = readConfig(r.Paths.User, r.keys, r.in.ReadFile)
	r.consent = readConsent(r.Paths.State, r.in.ReadFile)
	for _, path := range projectFiles(r.app, r.in, r.Paths.User) {
		f := readConfig(path, r.keys, r.in.ReadFile)
		f.project, f.foreign = true, r.in.foreign(path) || r.in.foreign(filepath.Dir(path))
		r.projects = append(r.projects, f)
		if r.Paths.Project == "" && !f.foreign {
			r.Paths.Project = path
		}
	}
	if r.user.impossible {
		r.Paths.User = ""
	}
	if r.consent.impossible {
		r.Paths.State = ""
	}
}

// files are all config.toml, the one that weighs most first.
func (r *resolver) files() []configFile {
	return append(slices.Clone(r.projects), r.user, r.machine)
}

func (r *resolver) note(problems ...error) {
	for _, err := range problems {
		if err != nil {
			r.problems = append(r.problems, err)
		}
	}
}

// noteVotes makes a problem of each value that could not be understood. Those
// of files are problems already.
func (r *resolver) noteVotes(votes row) {
	for _, v := range votes {
		if v.wrong {
			r.note(fmt.Errorf("%s: %s", v.input, v.reason))
		}
	}
}

func (r *resolver) problem() error {
	if len(r.problems) == 0 {
		return nil
	}
	return fmt.Errorf("otelbridge: %w", errors.Join(r.problems...))
}

// envVotes reads a switch from all its variables.
func (r *resolver) envVotes(key string, read func(input, text string) vote) row {
	var votes row
	for _, name := range r.app.variables(key) {
		votes = append(votes, read(name, r.in.Getenv(name)))
	}
	r.noteVotes(votes)
	return votes
}

// fileVotes reads a switch from a file.
func fileVotes(f configFile, key string) row {
	var votes row
	for _, e := range f.find(key) {
		v := onOff(e.source, e.text)
		if e.wrong != nil {
			v = off(e.source, "", "of the wrong type")
		}
		votes = append(votes, v)
	}
	for _, m := range f.misspelt {
		if m.key == key {
			votes = append(votes, off(m.source, "", m.advice))
		}
	}
	if len(votes) == 0 && f.path != "" {
		votes = row{{input: f.path + ": " + key}}
	}
	return votes
}

// turnOff leaves nothing that a route could be made of.
func (r *resolver) turnOff() {
	d := Decision{Input: r.Trace.Input, Reason: "tracing is off"}
	r.Telemetry, r.OTLP, r.Sentry = d, d, d
	r.Pending, r.ConsentVersion = PendingNothing, 0
	r.TelemetryEndpoint, r.WriteKey = Value{}, Value{}
	r.OTLPEndpoint, r.OTLPHeaders, r.OTLPExact, r.OTLPKeyPairs = Value{}, nil, false, nil
	r.SentryDSN = Value{}
}
