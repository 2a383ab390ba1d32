package upload

import (
	"context"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Uploader delivers the queues of its targets. A nil Uploader has nothing to
// deliver. All methods may be called at any time from any goroutine.
type Uploader struct {
	config  Config
	targets []*target
	store   *store
	dialer  *dialer
	life    *life

	wake    chan struct{}
	started atomic.Bool
	eager   atomic.Bool // the first pass waits for nothing
	hold    hold
	telling sync.Mutex
}

// New returns an Uploader for the targets. It starts and touches nothing. A
// target that cannot work is disabled, with a reason in [Uploader.Status].
func New(config Config, targets ...Target) *Uploader {
	u := &Uploader{
		config: config.withDefaults(),
		store:  newStore(config.Dir),
		life:   newLife(),
		wake:   make(chan struct{}, 1),
	}
	if config.Dir != "" {
		u.hold.path = filepath.Join(config.Dir, "upload.lock")
	}
	u.dialer = newDialer(u.config)
	for _, t := range targets {
		u.add(t, queueOf(t.Queue))
	}
	return u
}

func (u *Uploader) add(config Target, q queue) {
	t := newTarget(config, q)
	t.client = &client{dialer: u.dialer}
	t.sender = sender{t.client.do, u.config.Timeout, u.config.UserAgent}
	if u.config.Transport != nil {
		t.sender.do = u.config.Transport
	}
	if slices.ContainsFunc(u.targets, func(other *target) bool { return other.Name == t.Name }) {
		t.disable("another target has its name")
	}
	u.targets = append(u.targets, t)
}

// Wake says that a record came. The first call starts what delivers until Close:
// one goroutine that waits for the interval, and then one more for each target,
// which makes a pass whenever there is something and the backoff allows. No
// target waits for another. Wake never blocks; hand it to
// [spool.Queue.OnAppend].
func (u *Uploader) Wake() {
	if u == nil {
		return
	}
	select {
	case u.wake <- struct{}{}:
	default:
	}
	if !u.started.Load() {
		u.start()
	}
}

// Resume is Wake for what earlier processes left, which has waited long enough: it
// does not let more gather before the first pass.
func (u *Uploader) Resume() {
	if u == nil {
		return
	}
	u.eager.Store(true)
	u.Wake()
}

func (u *Uploader) start() {
	if u.started.Swap(true) || !u.anyEnabled() || !u.life.begin() {
		return
	}
	go u.loop()
}

func (u *Uploader) anyEnabled() bool {
	for _, t := range u.targets {
		if !t.disabled() {
			return true
		}
	}
	return false
}

// Flush makes one pass now, over all targets in parallel, and returns when it is
// over or shortly after ctx ended; a request under way is then cancelled and its
// records stay queued. A pass sends at most 64 requests or 8 MiB for each
// target; [Result.More] tells that this was why it ended. A target that Wake's
// goroutine is busy with gets its turn afterwards, if ctx lasts that long; the
// others do not wait for it.
//
// The error is [ErrBusy] while another Uploader is at work, [ErrClosed] after
// Close, or says for each target why records stayed. It is nothing a host has to
// act on.
func (u *Uploader) Flush(ctx context.Context) (Result, error) {
	if u == nil {
		return Result{}, nil
	}
	if !u.life.begin() {
		return Result{}, ErrClosed
	}
	ctx, cancel := context.WithCancel(ctx)
	over := make(chan flushed, 1)
	go u.flush(ctx, cancel, over)
	return await(ctx, over)
}

type flushed struct {
	result Result
	err    error
}

func (u *Uploader) flush(ctx context.Context, cancel context.CancelFunc, over chan<- flushed) {
	defer u.life.end()
	defer cancel()
	defer context.AfterFunc(u.life.ctx, cancel)()
	result, err := u.pass(ctx, bounds{requests: passRequests, bytes: passBytes}, u.targets...)
	u.store.save(ctx)
	over <- flushed{result, err}
}

// await gives what was cancelled a moment to say how far it came, and gives up
// on it then: a disk that hangs must not hang the caller.
func await(ctx context.Context, over <-chan flushed) (Result, error) {
	select {
	case f := <-over:
		return f.result, f.err
	case <-ctx.Done():
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case f := <-over:
		return f.result, f.err
	case <-timer.C:
		return Result{}, errStuck
	}
}

// Close ends the goroutines and everything that is under way: it lets a request
// finish until ctx ends and cancels it then. Afterwards nothing of the Uploader
// runs and no connection is open. It does not deliver what is left; see
// [Uploader.Flush]. It may be called again.
//
// The error tells of something that did not end within 250 ms of being
// cancelled, which takes a disk or a hook that hangs.
func (u *Uploader) Close(ctx context.Context) error {
	if u == nil {
		return nil
	}
	err := u.life.finish(ctx)
	for _, t := range u.targets {
		t.client.close()
	}
	return err
}

// tell never lets a listener's panic out.
func (u *Uploader) tell(d Delivery) {
	if u.config.OnDelivery == nil {
		return
	}
	u.telling.Lock()
	defer u.telling.Unlock()
	defer func() { _ = recover() }()
	u.config.OnDelivery(d)
}
