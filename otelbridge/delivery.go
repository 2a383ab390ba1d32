package otelbridge

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/upload"
)

// delivery owns what stands between the routes and the network: a queue for
// each route and the uploader behind them.
type delivery struct {
	app      App
	settings Settings
	process  process

	mu       sync.Mutex
	queues   map[string]*queue
	own      []string // the folders of the queues that are joined
	targets  []upload.Target
	uploader *upload.Uploader
}

func newDelivery(app App, settings Settings, p process) *delivery {
	return &delivery{app: app, settings: settings, process: p, queues: map[string]*queue{}}
}

// spool returns the queue of a route. Nothing is made on disk before the first
// record.
func (d *delivery) spool(route string, limits Limits) Spool {
	d.mu.Lock()
	defer d.mu.Unlock()
	q, ok := d.queues[route]
	if !ok {
		q = &queue{limits: d.app.limits(route, limits)}
		d.queues[route] = q
	}
	return q.RoundTrip
}

// root is the folder of all queues. Without a place for state it is empty: the
// queues live in memory.
func (d *delivery) root() string {
	if d.settings.Paths.State == "" {
		return ""
	}
	return filepath.Join(d.settings.Paths.State, "spool")
}

// start joins the queues to where their routes send.
func (d *delivery) start(outlets []Outlet) {
	d.targets = d.join(outlets)
	d.uploader = upload.New(d.config(), d.targets...)
	d.resume()
	if d.app.Delivery == Detached || d.app.Delivery == NextRun && !d.process.in.looks {
		return
	}
	for _, q := range d.queues {
		q.opened().OnAppend(d.uploader.Wake)
	}
}

// resume sees to what earlier runs left that did not come to their Shutdown, as a
// program does not that ends by os.Exit, and to what waits for the next run by the
// app's choice.
func (d *delivery) resume() {
	switch {
	case d.process.in.looks || d.process.isChild():
	case d.app.Delivery == NextRun:
		if d.uploader.Pending() {
			d.uploader.Resume()
		}
	case d.detaches() && d.uploader.Due(time.Now()) && d.abandoned():
		if d.uploader.Launch(d.process.child()) == nil {
			for _, q := range d.queues {
				q.opened().BeginAnew()
			}
		}
	}
}

func (d *delivery) config() upload.Config {
	return upload.Config{
		Dir:        d.root(),
		UserAgent:  d.app.Name + "/" + d.app.Version,
		OnDelivery: d.listener(),
	}
}

func (d *delivery) join(outlets []Outlet) []upload.Target {
	var targets []upload.Target
	for _, o := range withAlso(outlets) {
		q := d.queues[o.Name]
		if q == nil || o.Endpoint == "" {
			continue
		}
		dir := d.folder(o)
		d.own = append(d.own, dir)
		q.open(dir)
		targets = append(targets, upload.Target{
			Name: o.Name, Queue: q.opened(), URL: o.Endpoint,
			Sign: o.Sign, Join: o.Join, Answer: o.answer(),
			Gzip: o.Gzip, GzipWhenAccepted: o.GzipWhenAccepted,
		})
	}
	return targets
}

// withAlso has the further queues of each outlet behind it.
func withAlso(outlets []Outlet) []Outlet {
	var all []Outlet
	for _, o := range outlets {
		all = append(append(all, o), o.Also...)
	}
	return all
}

// end leaves what is queued to whoever is to deliver it. It takes no longer
// than Linger, and next to nothing where the network is left to somebody else:
// a request that is under way then is given up, and repeated by the other. A run
// that only looked leaves everything to the next.
func (d *delivery) end(ctx context.Context) {
	ctx, cancel := d.patience(ctx)
	defer cancel()
	delivers := !d.process.in.looks || d.recorded()
	if delivers {
		d.flush(ctx)
	}
	_ = d.uploader.Close(ctx)
	d.closeQueues()
	if delivers && d.detaches() && d.uploader.Due(time.Now()) {
		_ = d.uploader.Launch(d.process.child())
	}
}

// recorded reports whether anything was put into a queue.
func (d *delivery) recorded() bool {
	for _, q := range d.queues {
		if q.used.Load() {
			return true
		}
	}
	return false
}

func (d *delivery) closeQueues() {
	for _, q := range d.queues {
		_ = q.opened().Close()
	}
}

// patience ends when Shutdown may wait no longer for the network: at once where
// it does not wait at all, and then without a timer, whose thread a short
// program would have to wake.
func (d *delivery) patience(ctx context.Context) (context.Context, context.CancelFunc) {
	if d.lingers() {
		return context.WithTimeout(ctx, max(0, d.app.Linger))
	}
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	return ctx, cancel
}

// flush sends what is queued, pass after pass, while ctx lasts and it helps.
// Another uploader at work is waited for: it may not know of the last records.
func (d *delivery) flush(ctx context.Context) {
	more := ctx.Err() == nil && d.uploader.Pending()
	for more && ctx.Err() == nil {
		result, err := d.uploader.Flush(ctx)
		more = result.More || errors.Is(err, upload.ErrBusy) && pause(ctx)
	}
}

// lingers reports whether Shutdown waits for the network: where children die
// with the process, where a person wants to watch, and where what waits is only
// in memory.
func (d *delivery) lingers() bool {
	switch d.app.Delivery {
	case InProcess:
		return true
	case NextRun:
		return false
	case Detached:
		return !d.detaches()
	}
	return !d.detaches() || d.inMemory()
}

// abandoned reports whether an earlier run has left something without Shutdown.
func (d *delivery) abandoned() bool {
	for _, q := range d.queues {
		if q.opened().Abandoned() {
			return true
		}
	}
	return false
}

// detaches reports whether a child of the process delivers what is left.
func (d *delivery) detaches() bool {
	able := d.root() != "" && d.process.outlived()
	switch d.app.Delivery {
	case Detached:
		return able
	case Auto:
		return able && !d.settings.Ephemeral && !d.settings.Debug
	}
	return false
}

// inMemory reports whether something could not be written to disk.
func (d *delivery) inMemory() bool {
	for _, q := range d.queues {
		if q.opened().InMemory() {
			return true
		}
	}
	return false
}

// answer is the route's hook in the words of the uploader.
func (o Outlet) answer() func(int, http.Header, []byte) upload.Answer {
	if o.Answer == nil {
		return nil
	}
	return func(status int, header http.Header, body []byte) upload.Answer {
		return upload.Answer(o.Answer(status, header, body))
	}
}
