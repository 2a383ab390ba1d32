package otelbridge

import (
	"errors"
	"path/filepath"

	"github.com/otelbridge/otelbridge-go/internal/spool"
	"github.com/otelbridge/otelbridge-go/internal/upload"
)

// Status looks at every input and at what is kept, without opening a connection
// or making a file.
func (c *Control) Status() Status {
	s, err := c.resolve()
	built := c.assemble(s)
	defer built.end()
	return Status{
		SchemaVersion: statusVersion,
		App:           c.app.Name,
		Version:       c.app.Version,
		Trace:         DecisionStatus{s.Trace.Mode.String(), s.Trace.Input, s.Trace.Reason},
		Routes:        routeStatus(s, built),
		Identity:      identityStatus(c.app, s),
		Consent:       consentStatus(c.app, s, readConsent(s.Paths.State, c.in.ReadFile)),
		Files:         FilesStatus(s.Paths),
		Inputs:        append(inputStatus(s.Findings), c.keepingStatus(s)...),
		Problems:      problemTexts(errors.Join(err, built.err, unkept(s))),
	}
}

func routeStatus(s Settings, built assembly) []RouteStatus {
	last := map[string]upload.Status{}
	for _, u := range upload.New(built.delivery.config(), built.delivery.targets...).Status() {
		last[u.Target] = u
	}
	dsn := Value{withoutSecrets(s.SentryDSN.Text), s.SentryDSN.Source}
	all := []RouteStatus{
		newRouteStatus(anonymousRoute, s.Telemetry, s.TelemetryEndpoint),
		newRouteStatus("otlp", s.OTLP, s.OTLPEndpoint),
		newRouteStatus("sentry", s.Sentry, dsn),
	}
	for i := range all {
		r := &all[i]
		r.Spool = spoolStatus(built.delivery.folders(r.Route))
		u, carried := last[r.Route]
		if carried {
			r.Endpoint, r.Last = u.URL, lastStatus(u)
		}
		if r.Mode == On.String() && !carried {
			r.DecisionStatus = DecisionStatus{Off.String(), "program", "this program has no working route of this kind"}
		}
	}
	return all
}

func newRouteStatus(name string, d Decision, to Value) RouteStatus {
	return RouteStatus{
		Route: name, DecisionStatus: DecisionStatus{d.Mode.String(), d.Input, d.Reason},
		Endpoint: withoutSecrets(to.Text), EndpointFrom: to.Source,
	}
}

func spoolStatus(dirs []string) SpoolStatus {
	var sum SpoolStatus
	for _, dir := range dirs {
		st := spool.Open(dir, spool.Limits{}).Stats()
		sum.Records += st.Records
		sum.Bytes += st.Bytes
		sum.Dropped += st.Dropped
		if at := st.Oldest.UTC(); sum.Oldest.IsZero() || !st.Oldest.IsZero() && at.Before(sum.Oldest) {
			sum.Oldest = at
		}
	}
	return sum
}

func lastStatus(u upload.Status) *LastStatus {
	if u.Time.IsZero() {
		return nil
	}
	return &LastStatus{
		Time: u.Time.UTC(), Status: u.Status, Error: u.Class,
		Delivered: u.Delivered.UTC(), Failures: u.Failures, Until: u.Until.UTC(),
	}
}

func identityStatus(app App, s Settings) IdentityStatus {
	scopes := map[IdentityScope]string{PerInstall: "install", PerMessage: "message", NoIdentity: "none"}
	status := IdentityStatus{Scope: scopes[app.Identity.Scope], Ephemeral: s.Ephemeral, ID: RecordedID(app, s)}
	switch {
	case status.ID == "":
	case s.AnonymousID.Source != "":
		status.From = s.AnonymousID.Source
	default:
		status.From = filepath.Join(s.Paths.State, idName)
	}
	return status
}

func consentStatus(app App, s Settings, f consentFile) ConsentStatus {
	kinds := map[Consent]string{OptIn: "opt-in", OptOut: "opt-out"}
	return ConsentStatus{
		Kind: kinds[app.Consent], Answer: f.Answer, Time: f.Time, How: f.How, Version: f.Schema,
		Schema: app.schemaVersion(), Covered: s.ConsentVersion,
	}
}

func inputStatus(found []Finding) []InputStatus {
	all := make([]InputStatus, 0, len(found))
	for _, f := range found {
		all = append(all, InputStatus(f))
	}
	return all
}

// keepingStatus are the inputs that say whether this machine keeps an id, the
// strongest first.
func (c *Control) keepingStatus(s Settings) []InputStatus {
	const question = "keep an id"
	variable := c.app.variable(keyEphemeral)
	all := []InputStatus{
		{Question: question, Input: "continuous integration", Effect: detected(s.Machine.CI), Decides: s.Machine.CI},
		{Question: question, Input: variable, Value: c.in.Getenv(variable)},
	}
	said := &all[1]
	if said.Value == "" {
		return append(all, InputStatus{Question: question, Input: "container", Effect: detected(s.Machine.Container), Decides: !s.Machine.CI})
	}
	said.Effect, said.Decides = "keep it", !s.Machine.CI
	if s.Machine.Container {
		said.Effect = "keep nothing"
	}
	return all
}

func detected(yes bool) string {
	if yes {
		return "detected: keep nothing"
	}
	return "not detected"
}

// problemTexts takes joined errors apart, a text for each.
func problemTexts(err error) []string {
	texts := []string{}
	for _, e := range parts(err) {
		texts = append(texts, e.Error())
	}
	return texts
}

func parts(err error) []error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, e := range joined.Unwrap() {
			all = append(all, parts(e)...)
		}
		return all
	}
	if wrapped, ok := err.(interface{ Unwrap() error }); ok {
		if _, ok := wrapped.Unwrap().(interface{ Unwrap() []error }); ok {
			return parts(wrapped.Unwrap())
		}
	}
	return []error{err}
}
