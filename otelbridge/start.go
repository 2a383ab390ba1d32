package otelbridge

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelbridge/otelbridge-go/anon"
)

// Start resolves the settings and starts the routes that are configured. It
// returns in well under a millisecond: nothing is dialed and no file is made.
//
// Call it at the top of main, before the program does anything that must not be
// done twice. What a short program leaves in its queues is delivered by a
// detached child, which is the same binary, started without arguments in the
// temporary folder with null streams: in such a child Start delivers and ends
// the process, it does not return. A program that comes to Start late, or not at
// all when it has no arguments, sets [App.Delivery] to InProcess or NextRun;
// children that never reach Start are not launched a third time.
//
// Only when a person has to be asked or told something does it take longer: see
// [App.Consent], and [App.HostAsks] for a host that does this itself.
//
// A run that is asked for help, a completion or something about telemetry leaves
// alone what earlier ones left.
//
// The flag --disable-telemetry on the command line of the process turns
// anonymous events off, also before the host has parsed it.
//
// The Bridge is never nil and always works. The error joins everything that is
// wrong with the app, the schema, the configuration files and each route, for
// the host to show or to ignore: whatever it names is off, the rest is on.
func Start(ctx context.Context, app App, routes ...Route) (*Bridge, error) {
	app, policy, err := prepare(app)
	in := hostInputs(app)
	process := newProcess(in)
	process.watch()
	if err != nil {
		process.serve(nil)
		return &Bridge{}, err
	}
	c := &Control{app, policy, in, routes}
	settings, err := c.settled(ctx, ProcessTerminal())
	b := &Bridge{settings: settings}
	d := newDelivery(app, settings, process)
	if !process.in.looks {
		d.forgetDismissed()
	}
	if settings.Trace.Mode != Off {
		err = errors.Join(err, b.start(app, policy, d, routes))
	}
	process.serve(b.delivery)
	return b, err
}

// start builds the routes. Without any there is no provider either.
func (b *Bridge) start(app App, policy *anon.Policy, d *delivery, routes []Route) error {
	report := app.reporter()
	b.delivery = d
	setup := newSetup(app, b.settings, policy, d, report)
	outlets, err := build(setup, routes)
	if len(outlets) == 0 {
		return err
	}
	d.start(outlets)
	d.process.serve(d)
	b.sdk = newSDK(newFanout(outlets, report))
	b.provider = newRunProvider(b.sdk, policy, stackReader(outlets))
	b.outlets, b.version = outlets, app.Version
	if !d.process.in.looks {
		tellCrashes(d.crashFolder(outlets), outlets, report)
	}
	return err
}

func newSetup(app App, settings Settings, policy *anon.Policy, d *delivery, report func(error)) Setup {
	id, key := identityFor(app, settings)
	return Setup{
		App: app, Settings: settings, Policy: policy,
		Consented:   consented(app.Schema, settings, policy),
		Hasher:      anon.NewHasher(key),
		Machine:     settings.Machine,
		Resource:    newResource(app),
		AnonymousID: id,
		Spool:       d.spool,
		Report:      report,
	}
}

// identityFor makes the id and the key when they are first asked for, if
// something is sent that carries them. What is only printed makes no file.
func identityFor(app App, s Settings) (id func() string, key func() []byte) {
	i := newIdentity(app, s)
	id, key = i.AnonymousID, i.Key
	if s.Telemetry.Mode != On {
		id = previewID(app, s)
	}
	if s.Telemetry.Mode != On && s.OTLP.Mode != On && s.Sentry.Mode != On {
		key = previewKey(s)
	}
	return id, key
}

// consented is the policy until the version that consent covers. A part of a
// schema that compiles does so too.
func consented(schema anon.Schema, settings Settings, policy *anon.Policy) *anon.Policy {
	if settings.ConsentVersion >= policy.Version() || settings.Telemetry.Mode != On {
		return policy
	}
	older, err := schema.Until(settings.ConsentVersion).Compile()
	if err != nil {
		return nil
	}
	return older
}

// newResource is what the operator's endpoints learn of the host. It is made
// by hand: the SDK's detectors would add host names and command lines.
func newResource(app App) *resource.Resource {
	var attrs []attribute.KeyValue
	for _, pair := range [][2]string{
		{"service.name", app.Name},
		{"service.version", app.Version},
		{"telemetry.sdk.name", "opentelemetry"},
		{"telemetry.sdk.language", "go"},
		{"telemetry.sdk.version", sdk.Version()},
		{"telemetry.distro.name", "otelbridge"},
		{"os.type", runtime.GOOS},
		{"host.arch", runtime.GOARCH},
		{"process.runtime.name", "go"},
		{"process.runtime.version", runtime.Version()},
	} {
		attrs = append(attrs, attribute.String(pair[0], pair[1]))
	}
	return resource.NewSchemaless(attrs...)
}

// build calls each route once and keeps those that something configures.
func build(setup Setup, routes []Route) ([]Outlet, error) {
	var outlets []Outlet
	var errs []error
	for _, route := range routes {
		o, err := build1(setup, route)
		switch {
		case err != nil:
			errs = append(errs, err)
		case !o.configured():
		case slices.ContainsFunc(outlets, func(other Outlet) bool { return other.Name == o.Name }):
			errs = append(errs, fmt.Errorf("otelbridge: route %s is there twice", o.Name))
			letGo([]Outlet{o})
		default:
			outlets = append(outlets, o)
		}
	}
	return outlets, errors.Join(errs...)
}

func build1(setup Setup, route Route) (o Outlet, err error) {
	defer func() {
		if r := recover(); r != nil {
			o, err = Outlet{}, fmt.Errorf("otelbridge: a route panicked while it was built: %s", panicText(r))
		}
	}()
	if route == nil {
		return Outlet{}, nil
	}
	return route(setup)
}

func newFanout(outlets []Outlet, report func(error)) *fanout {
	f := &fanout{}
	for _, o := range outlets {
		f.routes = append(f.routes, &guard{name: o.Name, next: o.Processor, prompt: o.Prompt, report: report})
	}
	return f
}

// newSDK states every option, because the SDK would otherwise take it
// from the user's environment.
func newSDK(processor sdktrace.SpanProcessor) *sdktrace.TracerProvider {
	return sdktrace.NewTracerProvider(
		sdktrace.WithSpanProcessor(processor),
		sdktrace.WithSampler(sdktrace.AlwaysSample()),
		sdktrace.WithResource(resource.Empty()),
		sdktrace.WithRawSpanLimits(spanLimits),
		sdktrace.WithoutPanicRecording(),
	)
}

// spanLimits are the SDK's defaults, with a bound on the length of values so
// that one huge attribute cannot fill a spool.
var spanLimits = sdktrace.SpanLimits{
	AttributeValueLengthLimit:   16 << 10,
	AttributeCountLimit:         sdktrace.DefaultAttributeCountLimit,
	EventCountLimit:             sdktrace.DefaultEventCountLimit,
	LinkCountLimit:              sdktrace.DefaultLinkCountLimit,
	AttributePerEventCountLimit: sdktrace.DefaultAttributePerEventCountLimit,
	AttributePerLinkCountLimit:  sdktrace.DefaultAttributePerLinkCountLimit,
}
