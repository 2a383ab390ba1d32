package upload

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// A connection through a proxy is given up as any other is.
func TestThroughAProxy(t *testing.T) {
	var got, printed lockedBuffer
	server := tlsServerWith(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(&got, r.Body)
		c, buf, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		buf.WriteString("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\n")
		buf.Flush()
	}))
	defer log.SetOutput(log.Writer())
	log.SetOutput(&printed)
	asked := make(chan string, 10)
	via := serveConnect(t, asked)
	q := queueWith("1", "2")
	u := uploaderFor(Config{
		RootCAs: rootsOf(server), Timeout: time.Minute,
		proxy: func(*http.Request) (*url.URL, error) { return via, nil },
	}, Target{Name: "x", URL: server.URL}, q)
	if result, err := flush(t, u); err != nil || result.Delivered != 2 || got.text() != "12" {
		t.Errorf("%+v, %v, received %q", result, err, got.text())
	}
	closeNow(t, u)
	if len(asked) != 2 || "https://"+<-asked != server.URL {
		t.Error("it went past the proxy")
	}
	if text := printed.text(); text != "" {
		t.Errorf("printed: %s", text)
	}
}

// serveConnect is a proxy that lets anybody through.
func serveConnect(t *testing.T, asked chan<- string) *url.URL {
	address := served(t, func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Host
		there, err := net.Dial("tcp", r.Host)
		if err != nil {
			t.Error(err)
			return
		}
		defer there.Close()
		w.WriteHeader(http.StatusOK)
		here, read, err := w.(http.Hijacker).Hijack() // the server may have read on already
		if err != nil {
			t.Error(err)
			return
		}
		defer here.Close()
		back := make(chan struct{})
		go func() { defer close(back); io.Copy(here, there); here.Close() }()
		io.Copy(there, read)
		there.Close()
		<-back
	})
	via, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return via
}

// Plain http stays on this machine, whatever the environment says.
func TestNoProxyForPlainHTTP(t *testing.T) {
	server := newReceiver(t, always(200))
	q := queueWith("1")
	u := uploaderFor(Config{proxy: func(r *http.Request) (*url.URL, error) {
		t.Errorf("a proxy is asked for %s", r.URL)
		return nil, nil
	}}, Target{Name: "x", URL: server.URL}, q)
	defer closeNow(t, u)
	if _, err := flush(t, u); err != nil {
		t.Error(err)
	}
}

// A proxy is told the password of its URL; nobody else is, whatever it answers.
func TestProxyWithPassword(t *testing.T) {
	var asked http.Header
	address := served(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.Header.Clone()
		w.WriteHeader(http.StatusProxyAuthRequired)
	})
	via, err := url.Parse(strings.Replace(address, "http://", "http://me:s3cret@", 1))
	if err != nil {
		t.Fatal(err)
	}
	q := queueWith("1")
	u := uploaderFor(Config{proxy: func(*http.Request) (*url.URL, error) { return via, nil }}, Target{Name: "x", URL: anywhere}, q)
	defer closeNow(t, u)
	_, err = flush(t, u)
	if err == nil || !strings.Contains(err.Error(), "it answers 407") || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("error %v", err)
	}
	if got := asked.Get("Proxy-Authorization"); got != "Basic bWU6czNjcmV0" || q.len() != 1 {
		t.Errorf("the proxy is told %q, %d left", got, q.len())
	}
}
