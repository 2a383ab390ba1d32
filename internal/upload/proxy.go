package upload

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/proxy"
)

// proxyFunc is the user's choice of a proxy, which holds for https. Plain http
// only ever goes to this machine, and would be read by a proxy.
type proxyFunc func(*http.Request) (*url.URL, error)

// of is the proxy that leads to an endpoint; nil: none.
func (f proxyFunc) of(to *url.URL) (*url.URL, error) {
	if to.Scheme == "http" {
		return nil, nil
	}
	return f(&http.Request{URL: to})
}

const socksPort = "1080" // of a proxy whose URL names none: RFC 1928

// tunnel asks a proxy to hand on what follows to an address. The errors hold
// nothing of the proxy's URL, which may have a password.
func tunnel(ctx context.Context, c net.Conn, via *url.URL, to string) error {
	if strings.HasPrefix(via.Scheme, "socks5") {
		return socks(ctx, c, via, to)
	}
	return within(ctx, c, func() error { return connect(c, via.User, to) })
}

// socks asks a SOCKS5 proxy, which resolves the name itself.
func socks(ctx context.Context, c net.Conn, via *url.URL, to string) error {
	var auth *proxy.Auth
	if user := via.User; user != nil {
		password, _ := user.Password()
		auth = &proxy.Auth{User: user.Username(), Password: password}
	}
	dialer, err := proxy.SOCKS5("tcp", address(via), auth, connected{c})
	if err != nil {
		return err
	}
	_, err = dialer.(proxy.ContextDialer).DialContext(ctx, "tcp", to)
	return err
}

// connected is a dialer that has dialed already.
type connected struct{ net.Conn }

func (c connected) Dial(_, _ string) (net.Conn, error) { return c.Conn, nil }

func (c connected) DialContext(context.Context, string, string) (net.Conn, error) {
	return c.Conn, nil
}

// connect asks as RFC 9110, 9.3.6 says. Nothing behind the proxy's answer can be
// read along with it: the endpoint waits for TLS to begin.
func connect(c net.Conn, user *url.Userinfo, to string) error {
	req := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: to}, Host: to, Header: http.Header{}}
	if user != nil {
		password, _ := user.Password()
		word := base64.StdEncoding.EncodeToString([]byte(user.Username() + ":" + password))
		req.Header.Set("Proxy-Authorization", "Basic "+word)
	}
	if err := req.Write(c); err != nil {
		return err
	}
	res, err := http.ReadResponse(bufio.NewReader(io.LimitReader(c, maxHeaderBytes)), req)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("upload: the proxy answers %d", res.StatusCode)
	}
	return nil
}
