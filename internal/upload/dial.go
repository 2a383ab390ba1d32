package upload

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"syscall"
	"time"
)

// longAgo is the deadline that ends what goes on with a connection.
var longAgo = time.Unix(1, 0)

// dialer opens connections. What it is at ends with the context it is given.
type dialer struct {
	tls   *tls.Config
	any   net.Dialer
	local net.Dialer
	proxy proxyFunc
}

func newDialer(config Config) *dialer {
	return &dialer{
		tls:   &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: config.RootCAs},
		any:   net.Dialer{Resolver: config.resolver},
		local: net.Dialer{Resolver: config.resolver, Control: onlyLoopback},
		proxy: config.proxy,
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

// dial connects to an endpoint, through the user's proxy where there is one.
func (d *dialer) dial(ctx context.Context, to *url.URL) (net.Conn, error) {
	via, err := d.proxy.of(to)
	switch {
	case err != nil:
		return nil, err
	case via == nil:
		return d.direct(ctx, to)
	}
	c, err := d.direct(ctx, via)
	if err != nil {
		return nil, err
	}
	if err := within(ctx, c, func() error { return tunnel(c, via, address(to)) }); err != nil {
		hangUp(c)
		return nil, err
	}
	return d.encrypted(ctx, c, to)
}

func (d *dialer) direct(ctx context.Context, to *url.URL) (net.Conn, error) {
	c, err := d.dialerFor(to).DialContext(ctx, "tcp", address(to))
	if err != nil || to.Scheme != "https" {
		return c, err
	}
	return d.encrypted(ctx, c, to)
}

func (d *dialer) dialerFor(to *url.URL) *net.Dialer {
	if isLocalName(to.Hostname()) {
		return &d.local
	}
	return &d.any
}

// encrypted is TLS over c, whose other end has proved to be who it should.
func (d *dialer) encrypted(ctx context.Context, c net.Conn, to *url.URL) (net.Conn, error) {
	config := d.tls.Clone()
	config.ServerName = to.Hostname()
	secret := tls.Client(c, config)
	if err := within(ctx, c, secret.Handshake); err != nil {
		hangUp(c)
		return nil, err
	}
	return secret, nil
}

// hangUp ends a connection without the farewell of TLS, for which Close waits up
// to five seconds if the other side does not read. Nobody needs it: a request
// and an answer say where they end.
func hangUp(c net.Conn) { _ = socket(c).Close() }

// socket is what lies below all TLS of a connection.
func socket(c net.Conn) net.Conn {
	for {
		secret, ok := c.(*tls.Conn)
		if !ok {
			return c
		}
		c = secret.NetConn()
	}
}

// address is where a URL leads, with its scheme's port if it names none.
func address(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = defaultPort(u.Scheme)
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func defaultPort(scheme string) string {
	switch scheme {
	case "https":
		return "443"
	case "http":
		return "80"
	}
	return socksPort
}

// within lets ctx end what do does with a connection.
func within(ctx context.Context, c net.Conn, do func() error) error {
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(longAgo) })
	if err := do(); stop() {
		return err
	}
	return ctx.Err()
}
