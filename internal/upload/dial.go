package upload

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"syscall"
	"time"
)

// dials opens connections and knows those that are open. net/http goes on
// dialing for a request that was cancelled, and leaves connections to goroutines
// of its own; through dials both end when the uploader does.
type dials struct {
	life    *life
	timeout time.Duration
	tls     *tls.Config
	dialer  net.Dialer
	local   net.Dialer

	mu   sync.Mutex
	open map[*conn]struct{}
}

func newDials(config Config) *dials {
	return &dials{
		life:    newLife(),
		timeout: config.Timeout,
		tls:     &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: config.RootCAs},
		dialer:  net.Dialer{Resolver: config.resolver},
		local:   net.Dialer{Resolver: config.resolver, Control: onlyLoopback},
		open:    map[*conn]struct{}{},
	}
}

// onlyLoopback holds a name such as localhost to what it promises, before
// anything is sent to it unencrypted.
func onlyLoopback(_, address string, _ syscall.RawConn) error {
	if !isLoopbackAddress(address) {
		return errors.New("upload: a local name leads to another machine")
	}
	return nil
}

func (d *dials) dial(ctx context.Context, network, address string) (net.Conn, error) {
	return d.connect(ctx, func(ctx context.Context) (net.Conn, error) {
		return d.dialerFor(address).DialContext(ctx, network, address)
	})
}

func (d *dials) dialTLS(ctx context.Context, network, address string) (net.Conn, error) {
	return d.connect(ctx, func(ctx context.Context) (net.Conn, error) {
		dialer := tls.Dialer{NetDialer: d.dialerFor(address), Config: d.tls}
		return dialer.DialContext(ctx, network, address)
	})
}

// connect opens a connection within the time of one request, and while the
// uploader lives.
func (d *dials) connect(ctx context.Context, open func(context.Context) (net.Conn, error)) (net.Conn, error) {
	if !d.life.begin() {
		return nil, ErrClosed
	}
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	defer context.AfterFunc(d.life.ctx, cancel)()
	c, err := open(ctx)
	if err != nil {
		d.life.end()
		return nil, err
	}
	return d.track(c)
}

func (d *dials) dialerFor(address string) *net.Dialer {
	if host, _, err := net.SplitHostPort(address); err == nil && isLocalName(host) {
		return &d.local
	}
	return &d.dialer
}

// track looks whether the end has come only after close can see the connection,
// so that one of the two closes it.
func (d *dials) track(c net.Conn) (net.Conn, error) {
	tracked := newConn(c, d)
	d.mu.Lock()
	d.open[tracked] = struct{}{}
	d.mu.Unlock()
	if d.life.stopping() {
		_ = tracked.Close()
		return nil, ErrClosed
	}
	return tracked, nil
}

func (d *dials) forget(c *conn) {
	d.mu.Lock()
	delete(d.open, c)
	d.mu.Unlock()
	d.life.end()
}

func (d *dials) list() []*conn {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := make([]*conn, 0, len(d.open))
	for c := range d.open {
		all = append(all, c)
	}
	return all
}

// close ends every connection and every attempt at one, and waits for them.
func (d *dials) close() error {
	d.life.halt()
	d.life.cancel()
	for _, c := range d.list() {
		_ = c.Close()
	}
	return waitGrace(d.life.idle)
}
