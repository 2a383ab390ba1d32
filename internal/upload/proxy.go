package upload

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
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

// tunnel asks a proxy to hand on what follows to an address. The errors may name
// where the proxy is, but not the user or the password of its URL.
func tunnel(c net.Conn, via *url.URL, to string) error {
	if strings.HasPrefix(via.Scheme, "socks5") {
		return socks(c, via.User, to)
	}
	return connect(c, via.User, to)
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
	res, err := readAnswer(bufio.NewReader(io.LimitReader(c, maxHeaderBytes)), req)
	switch {
	case err != nil:
		return err
	case res.StatusCode == http.StatusOK:
		return nil
	case mendable(res.StatusCode):
		return fmt.Errorf("%w: it answers %d", errProxy, res.StatusCode)
	}
	return fmt.Errorf("upload: the proxy answers %d", res.StatusCode)
}
