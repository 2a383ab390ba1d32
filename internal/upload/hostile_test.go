package upload

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"
)

// conversation serves one raw connection whose request has been read.
type conversation func(net.Conn)

// serveRaw lets serve answer one request a connection.
func serveRaw(t *testing.T, serve conversation) string {
	return serveTCP(t, func(c net.Conn) {
		readRequest(c)
		serve(c)
	})
}

// serveTCP accepts until the test ends, and then closes what is open.
func serveTCP(t *testing.T, serve conversation) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			stop := context.AfterFunc(t.Context(), func() { c.Close() })
			serve(c)
			stop()
			c.Close()
		}
	}()
	t.Cleanup(func() { listener.Close(); <-ended })
	return "http://" + listener.Addr().String() + "/v1/x"
}

func readRequest(c net.Conn) {
	if req, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
		io.Copy(io.Discard, req.Body)
	}
}

func untilClosed(c net.Conn) { io.Copy(io.Discard, c) }

// writing repeats text until the other side has had enough.
func writing(start, text string) conversation {
	chunk := []byte(strings.Repeat(text, 4096/len(text)+1))
	return func(c net.Conn) {
		io.WriteString(c, start)
		for {
			if _, err := c.Write(chunk); err != nil {
				return
			}
		}
	}
}

// dripping writes text one byte at a time, at far less than it takes to finish.
func dripping(text string) conversation {
	return func(c net.Conn) {
		ticker := time.NewTicker(20 * time.Millisecond)
		defer ticker.Stop()
		for i := range len(text) {
			if _, err := io.WriteString(c, text[i:i+1]); err != nil {
				return
			}
			<-ticker.C
		}
	}
}

func saying(text string) conversation {
	return func(c net.Conn) { io.WriteString(c, text); untilClosed(c) }
}

func resetting(c net.Conn) {
	c.(*net.TCPConn).SetLinger(0)
	c.Close()
}

func served(t testing.TB, handler http.HandlerFunc) string {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func replying(code int, headers ...string) func(*testing.T, *Config) string {
	return func(t *testing.T, _ *Config) string {
		return served(t, func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			for i := 0; i+1 < len(headers); i += 2 {
				w.Header().Set(headers[i], headers[i+1])
			}
			w.WriteHeader(code)
		})
	}
}

func raw(serve conversation) func(*testing.T, *Config) string {
	return func(t *testing.T, _ *Config) string { return serveRaw(t, serve) }
}

func TestHostileEndpoints(t *testing.T) {
	date := time.Now().Add(2 * time.Hour).UTC().Format(http.TimeFormat)
	tests := []struct {
		name    string
		records int
		join    bool
		slow    bool // uses up its time: gets little of it
		serve   func(*testing.T, *Config) string

		want     Fate // of the first request
		class    string
		requests int           // 0: one
		left     int           // records queued afterwards
		dropped  int64         // counted
		from, to time.Duration // how long the target is held back
	}{
		{name: "never answers", slow: true, serve: raw(untilClosed), want: Kept, class: "timeout", left: 1, to: time.Second},
		{name: "one byte at a time", slow: true, serve: raw(dripping("HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", 1000))),
			want: Kept, class: "timeout", left: 1, to: time.Second},
		{name: "headers without end", serve: raw(writing("HTTP/1.1 200 OK\r\n", "A: b\r\n")), want: Kept, class: "network", left: 1, to: time.Second},
		{name: "a header line without end", serve: raw(writing("HTTP/1.1 200 OK\r\nA: ", "b")), want: Kept, class: "network", left: 1, to: time.Second},
		{name: "interim answers without end", slow: true, serve: raw(writing("", "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n")), want: Kept, left: 1, to: time.Second},
		{name: "an interim answer", serve: raw(saying("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")), want: Delivered},
		{name: "another protocol that nobody asked for", serve: raw(saying("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")),
			want: Kept, class: "network", left: 1, to: time.Second},
		{name: "a status that is none", serve: raw(saying("HTTP/1.1 000 x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")), want: Kept, class: "network", left: 1, to: time.Second},
		{name: "body without end", serve: raw(writing("HTTP/1.1 200 OK\r\n\r\n", "x")), want: Delivered},
		{name: "chunks without end", serve: raw(writing("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n")), want: Delivered},
		{name: "body never comes", slow: true, serve: raw(saying("HTTP/1.1 202 OK\r\nContent-Length: 10\r\n\r\n")), want: Delivered},
		{name: "body one byte at a time", slow: true, serve: raw(dripping2("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")), want: Delivered},
		{name: "no HTTP", serve: raw(saying("220 mail.example ESMTP\r\n")), want: Kept, class: "network", left: 1, to: time.Second},
		{name: "reset after the body", serve: raw(resetting), want: Kept, class: "network", left: 1, to: time.Second},
		{name: "refused", serve: nobody, want: Kept, class: "refused", left: 1, to: time.Second},
		{name: "never resolves", slow: true, serve: unresolvable, want: Kept, left: 1, to: time.Second},
		{name: "TLS never begins", slow: true, serve: silentTLS, want: Kept, class: "timeout", left: 1, to: time.Second},
		{name: "the proxy never answers", slow: true, serve: silentProxy, want: Kept, class: "timeout", left: 1, to: time.Second},
		{name: "the proxy is no proxy", serve: noProxy, want: Kept, class: "network", left: 1, to: time.Second},
		{name: "the proxy is out of order", serve: badProxy("HTTP/1.1 502 Bad Gateway\r\n\r\n"), want: Kept, class: "network", left: 1, to: time.Second},
		{name: "the proxy asks who we are", serve: badProxy("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"), want: Kept, class: "sign", left: 1, from: 15 * time.Minute, to: 23 * time.Minute},
		{name: "the proxy hesitates and asks", serve: badProxy("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\n\r\n"), want: Kept, class: "sign", left: 1, from: 15 * time.Minute, to: 23 * time.Minute},
		{name: "TLS for another name", serve: wrongName, want: Kept, class: "tls", left: 1, to: time.Second},
		{name: "TLS from nobody we know", serve: unknownAuthority, want: Kept, class: "tls", left: 1, to: time.Second},
		{name: "gzip bomb", serve: bomb, want: Delivered},
		{name: "redirect to another host", serve: redirectAway, want: Kept, left: 1, from: 15 * time.Minute, to: 23 * time.Minute},
		{name: "redirect loop", serve: redirectLoop, want: Kept, left: 1, from: 15 * time.Minute, to: 23 * time.Minute},
		{name: "401", serve: replying(401), want: Kept, left: 1, from: 15 * time.Minute, to: 23 * time.Minute},
		{name: "403", serve: replying(403), want: Kept, left: 1, from: 15 * time.Minute, to: 23 * time.Minute},
		{name: "400", serve: replying(400), want: Dropped, dropped: 1},
		{name: "400 joined", records: 4, join: true, serve: refusing(400, "0002"), want: Again, requests: 4, dropped: 1},
		{name: "404 joined", records: 3, join: true, serve: replying(404), want: Dropped, dropped: 3},
		{name: "408", serve: replying(408), want: Kept, left: 1, to: time.Second},
		{name: "413", serve: replying(413), want: Dropped, dropped: 1},
		{name: "413 joined", records: 4, join: true, serve: refusing(413, "0002"), want: Again, requests: 5, dropped: 1},
		{name: "429 for an hour", serve: replying(429, "Retry-After", "3600"), want: Kept, left: 1, from: 59 * time.Minute, to: time.Hour},
		{name: "429 for ever", serve: replying(429, "Retry-After", "99999999999999999999"), want: Kept, left: 1, from: 23 * time.Hour, to: 24 * time.Hour},
		{name: "500", serve: replying(500), want: Kept, left: 1, to: time.Second},
		{name: "503 until a date", serve: replying(503, "Retry-After", date), want: Kept, left: 1, from: 119 * time.Minute, to: 2 * time.Hour},
		{name: "503 until nonsense", serve: replying(503, "Retry-After", "soon"), want: Kept, left: 1, to: time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			config := Config{Timeout: time.Minute}
			if tt.slow {
				config.Timeout = 200 * time.Millisecond
			}
			var told []Delivery
			config.OnDelivery = func(d Delivery) { told = append(told, d) }
			target := Target{Name: "x", URL: tt.serve(t, &config)}
			if tt.join {
				target.Join = joinLines
			}
			q := queueWith(numbered(max(1, tt.records))...)
			u := uploaderFor(config, target, q)
			grown := growth(func() { flush(t, u) })
			closeNow(t, u)

			if len(told) != max(1, tt.requests) {
				t.Fatalf("%d requests, want %d: %+v", len(told), max(1, tt.requests), told)
			}
			if told[0].Fate != tt.want || class(told[0].Err) != tt.class && tt.class != "" {
				t.Errorf("fate %v, class %q (%v), want %v, %q", told[0].Fate, class(told[0].Err), told[0].Err, tt.want, tt.class)
			}
			if q.len() != tt.left || q.Dropped() != tt.dropped {
				t.Errorf("%d records left and %d dropped, want %d and %d", q.len(), q.Dropped(), tt.left, tt.dropped)
			}
			if held := time.Until(u.Status()[0].Until); tt.left > 0 && (held < tt.from || held > tt.to) {
				t.Errorf("held back for %v, want %v to %v", held, tt.from, tt.to)
			}
			if grown > 16<<20 {
				t.Errorf("allocated %d bytes", grown)
			}
		})
	}
}

// growth is what do allocates, whether or not it is freed, servers included.
func growth(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// dripping2 sends the headers at once and the body slowly.
func dripping2(head string) conversation {
	body := dripping(strings.Repeat("x", 1000))
	return func(c net.Conn) { io.WriteString(c, head); body(c) }
}

func nobody(t *testing.T, _ *Config) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	return "http://" + listener.Addr().String()
}

func unresolvable(_ *testing.T, config *Config) string {
	config.resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}}
	return "https://telemetry.invalid/v1"
}

func silentTLS(t *testing.T, _ *Config) string {
	return strings.Replace(serveRaw(t, untilClosed), "http:", "https:", 1)
}

func silentProxy(t *testing.T, config *Config) string { return throughProxy(t, config, untilClosed) }

func noProxy(t *testing.T, config *Config) string {
	return throughProxy(t, config, writing("HTTP/1.1 200 OK\r\n", "A: b\r\n"))
}

func badProxy(answer string) func(*testing.T, *Config) string {
	return func(t *testing.T, config *Config) string { return throughProxy(t, config, saying(answer)) }
}

func throughProxy(t *testing.T, config *Config, serve conversation) string {
	via, err := url.Parse(serveRaw(t, serve))
	if err != nil {
		t.Fatal(err)
	}
	config.proxy = func(*http.Request) (*url.URL, error) { return via, nil }
	return anywhere
}

func tlsServer(t *testing.T) *httptest.Server {
	return tlsServerWith(t, http.NotFoundHandler())
}

func tlsServerWith(t *testing.T, handler http.Handler) *httptest.Server {
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = discardLog()
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func wrongName(t *testing.T, config *Config) string {
	server := tlsServer(t)
	config.RootCAs = rootsOf(server)
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
}

func rootsOf(server *httptest.Server) *x509.CertPool {
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return roots
}

func unknownAuthority(t *testing.T, config *Config) string {
	config.RootCAs = x509.NewCertPool()
	return tlsServer(t).URL
}

func bomb(t *testing.T, _ *Config) string {
	return served(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "" {
			t.Error("an encoding was asked for")
		}
		w.Header().Set("Content-Encoding", "gzip")
		zip := gzip.NewWriter(w)
		chunk := make([]byte, 1<<20)
		for range 100 {
			zip.Write(chunk)
		}
		zip.Close()
	})
}

func redirectAway(t *testing.T, _ *Config) string {
	other := served(t, func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") })
	return replying(307, "Location", other)(t, nil)
}

func redirectLoop(t *testing.T, _ *Config) string {
	return replying(302, "Location", "/")(t, nil)
}

// refusing answers code to whatever has part in it.
func refusing(code int, part string) func(*testing.T, *Config) string {
	return func(t *testing.T, _ *Config) string {
		return served(t, func(w http.ResponseWriter, r *http.Request) {
			if body, _ := io.ReadAll(r.Body); strings.Contains(string(body), part) {
				w.WriteHeader(code)
			}
		})
	}
}

// A name that promises to be this machine is held to it, since nothing protects
// what is sent there.
func TestLocalNameThatLeadsAway(t *testing.T) {
	d := newDialer(Config{})
	for address, want := range map[string]bool{
		"127.0.0.1:80": true, "[::1]:80": true, "192.0.2.1:80": false, "[2001:db8::1]:80": false, "localhost:80": false,
	} {
		if got := onlyLoopback("tcp", address, nil) == nil; got != want {
			t.Errorf("%s: allowed %v, want %v", address, got, want)
		}
	}
	for host, checked := range map[string]bool{
		"localhost:80": true, "LOCALHOST.": true, "a.localhost:80": true, "example.com:443": false, "127.0.0.1:1": false,
	} {
		if got := d.dialerFor(&url.URL{Host: host}) == &d.local; got != checked {
			t.Errorf("%s: checked %v, want %v", host, got, checked)
		}
	}
}

func TestEndpoints(t *testing.T) {
	tests := []struct{ url, want string }{
		{"https://example.com/v1", ""},
		{"http://127.0.0.1:4318", ""},
		{"http://[::1]:4318/", ""},
		{"http://localhost:4318/", ""},
		{"http://127.9.9.9/", ""},
		{"", "the endpoint must start with https://, or with http:// for this machine"},
		{"https://u:p@example.com", "the endpoint must not carry a user or a password"},
		{"http://10.0.0.1/", "the endpoint must be https, since it leaves this machine"},
	}
	for _, tt := range tests {
		u := uploaderFor(Config{}, Target{Name: "x", URL: tt.url}, queueWith("r"))
		if got := u.Status()[0].Disabled; got != tt.want {
			t.Errorf("%q: %q, want %q", tt.url, got, tt.want)
		}
		if u.Pending() != (tt.want == "") {
			t.Errorf("%q: pending %v", tt.url, u.Pending())
		}
		closeNow(t, u)
	}
	if got := (fmt.Sprint(New(Config{}, Target{URL: "https://example.com"}).Status()[0].Disabled)); got != "no queue" {
		t.Errorf("without a queue: %q", got)
	}
}
