package upload

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/url"
	"testing"
	"testing/synctest"
	"time"
)

// encrypt is TLS between c, whose other end is there, and a server that reads
// nothing of its own accord.
func encrypt(t *testing.T, d *dialer, config *tls.Config, c, there net.Conn) (net.Conn, *tls.Conn) {
	server := tls.Server(there, config)
	shaken := make(chan error, 1)
	go func() { shaken <- server.Handshake() }()
	s, err := d.encrypted(t.Context(), c, &url.URL{Scheme: "https", Host: "127.0.0.1"})
	if err = errors.Join(err, <-shaken); err != nil {
		t.Fatal(err)
	}
	return s, server
}

// Whoever ends a connection does not wait for the other side to hear of it.
func TestEndOfTLS(t *testing.T) {
	reference := tlsServer(t)
	d := newDialer(Config{RootCAs: rootsOf(reference)})
	for name, end := range map[string]func(*testing.T, context.Context, net.Conn, *tls.Conn){
		"a request that is not read": func(t *testing.T, ctx context.Context, c net.Conn, _ *tls.Conn) {
			used := newConn(c)
			if _, err := used.exchange(post(t, anywhere).WithContext(ctx)); !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
			used.hangUp()
		},
		"a connection at rest": func(_ *testing.T, ctx context.Context, c net.Conn, _ *tls.Conn) {
			rests, used := &client{}, newConn(c)
			used.stop = func() bool { return true }
			rests.keep(used)
			<-ctx.Done()
			rests.close()
		},
		"a proxy that shakes no hands": func(t *testing.T, ctx context.Context, c net.Conn, proxy *tls.Conn) {
			go hearHello(proxy)
			if _, err := d.encrypted(ctx, c, &url.URL{Scheme: "https", Host: "example.com"}); !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				here, there := net.Pipe()
				defer there.Close()
				c, server := encrypt(t, d, &tls.Config{Certificates: reference.TLS.Certificates}, here, there)
				start := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				end(t, ctx, c, server)
				if took := time.Since(start); took != time.Second {
					t.Errorf("took %v, want one second", took)
				}
				if n, err := there.Read(make([]byte, 1)); err != io.EOF && n == 0 {
					t.Errorf("it is still open: %v", err)
				}
			})
		})
	}
}

// hearHello reads one record of the TLS within, and no more.
func hearHello(c net.Conn) {
	head := make([]byte, 5)
	io.ReadFull(c, head)
	io.ReadFull(c, make([]byte, int(head[3])<<8+int(head[4])))
}

// What came in one piece with an answer is in the memory of TLS.
func TestWhatTLSHasReadAlready(t *testing.T) {
	reference := tlsServer(t)
	d := newDialer(Config{RootCAs: rootsOf(reference)})
	for behind, good := range map[string]bool{"": true, "HTTP/1.1 400 Bad Request\r\n\r\n": false} {
		here, there := net.Pipe()
		piece := &gathered{Conn: there}
		c, server := encrypt(t, d, &tls.Config{Certificates: reference.TLS.Certificates}, here, piece)
		used := newConn(c)
		piece.gather = true
		go func() {
			server.Read(make([]byte, 10000))
			io.WriteString(server, "HTTP/1.1 204 No Content\r\n\r\n")
			io.WriteString(server, behind)
			piece.flush()
		}()
		if _, err := used.exchange(post(t, anywhere)); err != nil {
			t.Fatal(err)
		}
		used.end = time.NewTimer(time.Minute)
		if !used.done() || used.wake() != good {
			t.Errorf("behind the answer is %q: good %v", behind, !good)
		}
		used.hangUp()
		there.Close()
	}
}

// gathered writes all at once when it is told to.
type gathered struct {
	net.Conn
	gather bool
	data   []byte
}

func (g *gathered) Write(p []byte) (int, error) {
	if !g.gather {
		return g.Conn.Write(p)
	}
	g.data = append(g.data, p...)
	return len(p), nil
}

func (g *gathered) flush() { g.Conn.Write(g.data) }
