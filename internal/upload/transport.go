package upload

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"
)

const maxHeaderBytes = 64 << 10

// newTransport makes an HTTP/1 client side that decompresses nothing. It serves
// one target, whose requests come one after the other: watch depends on it.
func newTransport(d *dials, proxy proxyFunc) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  proxy.forRequest,
		DialContext:            d.dial,
		DialTLSContext:         d.dialTLS,
		TLSClientConfig:        d.tls, // behind a proxy
		TLSHandshakeTimeout:    d.timeout,
		MaxIdleConnsPerHost:    1,
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: maxHeaderBytes,
		DisableCompression:     true,
		Protocols:              protocols,
	}
}

// proxyFunc is the user's choice of a proxy, which holds for https. Plain http
// only ever goes to this machine, and would be read by a proxy.
type proxyFunc func(*http.Request) (*url.URL, error)

func (f proxyFunc) forRequest(req *http.Request) (*url.URL, error) {
	if req.URL.Scheme == "http" {
		return nil, nil
	}
	return f(req)
}

// uses reports whether a request needs a connection for itself: behind a proxy
// the TLS is net/http's, so that conn does not see where an answer ends.
func (f proxyFunc) uses(req *http.Request) bool {
	via, err := f.forRequest(req)
	return via != nil || err != nil
}

// watch tells the connection when its request is over; see [conn]. net/http says
// so before it reads on, and hands the connection to no other request meanwhile.
func watch(ctx context.Context) context.Context {
	var used *conn
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn:     func(info httptrace.GotConnInfo) { used, _ = info.Conn.(*conn) },
		PutIdleConn: func(error) { used.rest() },
	})
}
