package otelbridge

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/otelbridge/otelbridge-go/internal/spool"
)

// queue is the spool of a route. It is opened when the route has said where it
// sends: the traces of one project must not go to the endpoint of another.
type queue struct {
	limits Limits
	used   atomic.Bool // a record came from this process
	once   sync.Once
	spool  *spool.Queue
}

// RoundTrip takes a request of the route.
func (q *queue) RoundTrip(req *http.Request) (*http.Response, error) {
	q.used.Store(true)
	return q.opened().RoundTrip(req)
}

// open says where the queue lies; only the first call counts.
func (q *queue) open(dir string) {
	q.once.Do(func() { q.spool = spool.Open(dir, spool.Limits(q.limits)) })
}

// opened is the queue itself. One that nobody opened, because its route sends
// nowhere, is in memory.
func (q *queue) opened() *spool.Queue {
	q.open("")
	return q.spool
}

// folder is where the queue of an outlet lies: in one of its place, unless what
// is queued may follow the outlet to another.
func (d *delivery) folder(o Outlet) string {
	switch {
	case d.root() == "":
		return ""
	case o.Follows:
		return filepath.Join(d.root(), o.Name)
	}
	return filepath.Join(d.root(), o.Name+"-"+d.place(o))
}

// place tells endpoints apart, and the projects that send to the same one: they
// may do so with credentials of their own. The key of a DSN is no part of it.
func (d *delivery) place(o Outlet) string {
	endpoint := o.Endpoint
	if u, err := url.Parse(endpoint); err == nil {
		u.User = nil
		endpoint = u.String()
	}
	sum := sha256.Sum256([]byte(endpoint + "\x00" + d.settings.Paths.Project))
	return hex.EncodeToString(sum[:6])
}

// crashFolder is where crashes wait that belong to an outlet: like what it has
// queued they must not go to another place.
func (d *delivery) crashFolder(outlets []Outlet) string {
	for _, o := range outlets {
		if _, ok := o.Processor.(crasher); ok && d.crashRoot() != "" {
			return filepath.Join(d.crashRoot(), d.place(o))
		}
	}
	return ""
}

// crashRoot is the folder of the crashes of all places. Without a place for
// state it is empty.
func (d *delivery) crashRoot() string {
	if d.settings.Paths.State == "" {
		return ""
	}
	return filepath.Join(d.settings.Paths.State, "crashes")
}

// folders are where a route's queues lie, also those of endpoints that are no
// longer configured.
func (d *delivery) folders(route string) []string {
	var dirs []string
	for _, dir := range subfolders(d.root()) {
		if name := filepath.Base(dir); name == route || strings.HasPrefix(name, route+"-") {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// subfolders are the folders in a folder: none where it is missing or has no
// name.
func subfolders(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var dirs []string
	for _, e := range entries {
		if e.IsDir() {
			dirs = append(dirs, filepath.Join(dir, e.Name()))
		}
	}
	return dirs
}

// forgetDismissed removes what waits on routes that are off: anonymous events
// whenever they are, for the operator's endpoints only what is off by a file of the
// user or the machine. A variable or a project turns those off for a while.
func (d *delivery) forgetDismissed() {
	if d.settings.Telemetry.Mode == Off {
		d.forget(anonymousRoute)
	}
	d.forgetAll("otlp", d.settings.OTLP)
	d.forgetAll("sentry", d.settings.Sentry)
}

// forgetAll removes the queues of an operator's route, also for endpoints that are
// no longer configured.
func (d *delivery) forgetAll(route string, why Decision) {
	p := d.settings.Paths
	if why.Reason != turnedOff || !inFile(why.Input, p.User) && !inFile(why.Input, p.Machine) {
		return
	}
	for _, dir := range d.folders(route) {
		_ = spool.Open(dir, spool.Limits{}).Purge()
	}
}

func inFile(input, path string) bool { return path != "" && strings.HasPrefix(input, path) }

// forget removes what waits on a route that may not send any more. The look
// for the folder keeps a run without one from touching anything.
func (d *delivery) forget(route string) {
	dir := filepath.Join(d.root(), route)
	if _, err := os.Lstat(dir); d.root() == "" || err != nil {
		return
	}
	_ = spool.Open(dir, spool.Limits{}).Purge()
}
