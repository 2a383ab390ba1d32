package otelbridge

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/internal/spool"
	"github.com/otelbridge/otelbridge-go/internal/upload"
)

// ErrNotWritten says that a choice does not hold for later runs, because it
// could not be written down everywhere they look.
var ErrNotWritten = errors.New("the choice could not be written down")

// ErrOverruled says that a no was written down and does not hold, because a
// variable of the environment, which is stronger, says yes.
var ErrOverruled = errors.New("telemetry stays on where the environment says so")

// busyTime is how long Flush waits for another uploader to finish.
const busyTime = 5 * time.Second

// Control is what a person can see and do about the telemetry of a host. The
// command of package telemetrycmd is made of it, and so can a host's own
// window or command be.
//
// Each method looks at the environment and the files anew, so that it tells
// how things stand and not how they stood. Only Flush and Forget use the
// network. A Control may be used from many goroutines at once.
type Control struct {
	app    App
	policy *anon.Policy
	in     Inputs
	routes []Route
}

// NewControl returns the Control of a host. It takes what Start takes and
// starts nothing. The error says what is wrong with the app or its schema;
// what is wrong with the settings is in [Control.Status].
func NewControl(app App, routes ...Route) (*Control, error) {
	app, policy, err := prepare(app)
	if err != nil {
		return nil, err
	}
	return &Control{app, policy, hostInputs(app), routes}, nil
}

// prepare fills in what the host left out and compiles its schema.
func prepare(app App) (App, *anon.Policy, error) {
	app, err := app.withDefaults()
	if err != nil {
		return app, nil, err
	}
	policy, err := app.Schema.Compile()
	return app, policy, wrap(err)
}

func (c *Control) resolve() (Settings, error) { return Resolve(c.app, c.in) }

// Schema is the allow-list of the host, the default one if it has none of its
// own.
func (c *Control) Schema() anon.Schema { return c.app.Schema }

// TurnOn records that a person agreed to the schema as it is now, and turns on
// what the user's config.toml turned off. It may be called again. The error is
// ErrNotWritten. A switch of higher rank still wins: [Control.Status] says
// what came of it. It counts from the next Start on, and what waits from before
// telemetry was off is removed.
func (c *Control) TurnOn() error {
	s, _ := c.resolve()
	if s.Telemetry.Mode == Off {
		newDelivery(c.app, s, process{}).forget(anonymousRoute)
	}
	return notWritten(RecordChoice(c.app, s, true, "command", time.Now()))
}

// Removed is what was removed from this machine.
type Removed struct {
	// ID is the anonymous id that was kept; empty when there was none.
	ID string `json:"id,omitempty"`
	// Records is how many events waited to be sent.
	Records int `json:"records"`
	// Log is true when there was a record of what was sent.
	Log bool `json:"log,omitempty"`
}

// TurnOff records a no wherever a run looks: in the user's config.toml, in the
// project's if there is one, and in the recorded consent. It removes the
// events that wait to be sent, the id, the key and the record of what was sent,
// and sends nothing. It may be called again. The error is ErrNotWritten or
// ErrOverruled when the no does not hold for later runs, or says what could not
// be removed.
//
// What waits for the operator's own endpoints stays, and so do crashes, which
// only they are told. Whatever of it nobody has used for eight days is removed.
//
// A child that delivers what a run left ends with the request that is under way.
// A program that runs meanwhile keeps to what it read when it started.
func (c *Control) TurnOff() (Removed, error) {
	s, _ := c.resolve()
	// Before anything is removed: see deliverAsChild.
	err := notWritten(RecordChoice(c.app, s, false, "command", time.Now()))
	removed, purged := c.remove(s)
	if err = errors.Join(err, purged); err == nil {
		err = wrap(c.overruled())
	}
	return removed, err
}

// overruled looks at later runs, which do not have the flag of this one.
func (c *Control) overruled() error {
	in := c.in
	in.Disable = false
	s, _ := Resolve(c.app, in)
	variables := c.app.variables(keyTelemetry)
	for _, f := range s.Findings {
		if f.Question == keyTelemetry && f.Decides && f.Effect == On.String() && slices.Contains(variables, f.Input) {
			return fmt.Errorf("%w: unset %s", ErrOverruled, f.Input)
		}
	}
	return nil
}

func notWritten(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrNotWritten, oneLine{err})
}

// oneLine shows joined errors beside each other.
type oneLine struct{ error }

func (e oneLine) Error() string { return strings.ReplaceAll(e.error.Error(), "\n", "; ") }
func (e oneLine) Unwrap() error { return e.error }

// remove leaves nothing on disk that an anonymous event could be sent from or
// joined to, but the ids that a deletion is still owed for. It sweeps as well:
// where everything is off nobody else does.
func (c *Control) remove(s Settings) (Removed, error) {
	removed := Removed{ID: keptID(c.app, s)}
	if s.Paths.State == "" {
		return removed, nil
	}
	err := ForgetIdentity(s)
	d := newDelivery(c.app, s, process{})
	for _, dir := range d.folders(anonymousRoute) {
		q := spool.Open(dir, spool.Limits{})
		removed.Records += q.Stats().Records
		err = errors.Join(err, q.Purge())
	}
	d.sweep(time.Now())
	for _, name := range []string{sentOldFile, sentFile} {
		existed, failure := removeFile(filepath.Join(s.Paths.State, name))
		removed.Log = removed.Log || existed
		err = errors.Join(err, failure)
	}
	if err != nil {
		err = fmt.Errorf("otelbridge: %s cannot be emptied: %w; remove it yourself", s.Paths.State, cause(err))
	}
	return removed, err
}

// keptID is the id of the install, whatever a person chose for this run and
// wherever it runs.
func keptID(app App, s Settings) string {
	s.AnonymousID, s.Ephemeral = Value{}, false
	return RecordedID(app, s)
}

// Flushed is what a flush did, over all routes.
type Flushed struct {
	// Requests were made, with Bytes in their bodies.
	Requests int `json:"requests"`
	Bytes    int `json:"bytes"`
	// Delivered records arrived, Dropped ones never can, Waiting ones are left.
	Delivered int `json:"delivered"`
	Dropped   int `json:"dropped"`
	Waiting   int `json:"waiting"`
}

// Flush sends what waits on the routes that are on, now and in the caller's
// time, until ctx ends. It does not wait for a pause that was this side's own
// idea, only for one that a server asked for. The error says why records are
// left.
func (c *Control) Flush(ctx context.Context) (Flushed, error) {
	s, _ := c.resolve()
	built := c.assemble(s)
	defer built.end()
	config := built.delivery.config()
	config.Force = true
	u := upload.New(config, built.delivery.targets...)
	flushed, err := flushAll(ctx, u)
	err = errors.Join(err, built.err, u.Close(ctx))
	for _, t := range built.delivery.targets {
		flushed.Waiting += t.Queue.Stats().Records
	}
	return flushed, err
}

// flushAll makes passes until nothing is left that may be sent.
func flushAll(ctx context.Context, u *upload.Uploader) (Flushed, error) {
	var sum Flushed
	until := time.Now().Add(busyTime)
	for {
		r, err := u.Flush(ctx)
		sum.add(r)
		switch {
		case errors.Is(err, upload.ErrBusy) && time.Now().Before(until) && pause(ctx):
		case err != nil:
			return sum, wrap(err)
		case !r.More:
			return sum, nil
		}
	}
}

func (f *Flushed) add(r upload.Result) {
	f.Requests += r.Requests
	f.Bytes += r.Bytes
	f.Delivered += r.Delivered
	f.Dropped += r.Dropped
}

// pause waits a moment, and reports whether ctx still lives.
func pause(ctx context.Context) bool {
	timer := time.NewTimer(20 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// assembly are the routes as Start would build them, with nothing running.
type assembly struct {
	delivery *delivery
	outlets  []Outlet
	err      error
}

// assemble builds the routes that are on. It opens nothing and makes no file.
func (c *Control) assemble(s Settings) assembly {
	a := assembly{delivery: newDelivery(c.app, s, process{})}
	if s.Trace.Mode == Off {
		return a
	}
	a.outlets, a.err = build(newSetup(c.app, s, c.policy, a.delivery, func(error) {}), c.routes)
	a.delivery.targets = a.delivery.join(a.outlets)
	return a
}

// end lets the routes go. No span went through them.
func (a assembly) end() {
	letGo(a.outlets)
	a.delivery.closeQueues()
}

// letGo ends routes that were built to be looked at.
func letGo(outlets []Outlet) {
	if len(outlets) == 0 {
		return
	}
	_ = newFanout(outlets, func(error) {}).Shutdown(context.Background())
}
