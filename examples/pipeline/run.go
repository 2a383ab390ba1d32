package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/otelbridge/otelbridge-go/exporters/console"
	"github.com/otelbridge/otelbridge-go/exporters/otlp"
	"github.com/otelbridge/otelbridge-go/exporters/track"
	"github.com/otelbridge/otelbridge-go/otelbridge"
	"github.com/otelbridge/otelbridge-go/sentry"
)

// newApp describes this program to the bridge. Its variables begin with GITHISTORY_. It names no endpoint, so it sends nothing
// until its user does.
func newApp() otelbridge.App { return otelbridge.App{Name: "githistory", Version: "1.0.0"} }

// tracing is the bridge of one run and what there is to say about it.
type tracing struct {
	bridge *otelbridge.Bridge
	events bytes.Buffer // anonymous events as they would be sent, a line each
	bad    error        // what is wrong with the settings of a route
}

// begin starts the bridge. It comes before anything else that the program does: where the bridge delivers by a child of this
// program, the child's way ends in here.
func begin(ctx context.Context, app otelbridge.App, stderr *os.File) *tracing {
	t := &tracing{}
	t.bridge, t.bad = otelbridge.Start(ctx, app, console.Route(stderr, console.Options{}), t.log,
		track.Route, otlp.Route, sentry.Route)
	return t
}

// log keeps the anonymous events to be shown after the run, unless the user has asked track itself to print them.
func (t *tracing) log(setup otelbridge.Setup) (otelbridge.Outlet, error) {
	if setup.Settings.Telemetry.Mode == otelbridge.Log {
		return otelbridge.Outlet{}, nil
	}
	return track.Log(&t.events)(setup)
}

// end gives the routes a moment, also after Ctrl-C.
func (t *tracing) end(ctx context.Context) {
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	t.bad = errors.Join(t.bad, t.bridge.Shutdown(ending))
}

// local runs the pipeline with whatever routes the user has turned on.
func local(ctx context.Context, o options, stdout, stderr *os.File) error {
	return traced(ctx, newApp(), o, stdout, stderr, func(t *tracing, _ *pipeline) error {
		say(stderr, t)
		return nil
	})
}

// traced runs the pipeline under a bridge. When that went well, tell says what there is to say about it.
func traced(ctx context.Context, app otelbridge.App, o options, stdout, stderr *os.File, tell func(*tracing, *pipeline) error) error {
	t := begin(ctx, app, stderr)
	p, err := open(ctx, o, stderr)
	if err != nil {
		t.end(ctx)
		return err
	}
	err = work(ctx, p, t, stdout, stderr)
	if err == nil {
		err = tell(t, p)
	}
	return errors.Join(err, p.close())
}

// work runs the pipeline, ends the tracing and prints the result. The error is the pipeline's own: nothing that the bridge does
// changes it.
func work(ctx context.Context, p *pipeline, t *tracing, stdout, stderr io.Writer) error {
	err := p.run(ctx, t.bridge)
	t.end(ctx)
	if err != nil {
		return err
	}
	line, err := p.result(ctx)
	if err != nil {
		return err
	}
	t.apart(stderr)
	_, err = fmt.Fprintln(stdout, line)
	return err
}

// apart sets off what follows from the waterfall, when there is one.
func (t *tracing) apart(w io.Writer) {
	if t.bridge.Settings().Trace.Mode != otelbridge.Off {
		fmt.Fprintln(w)
	}
}
