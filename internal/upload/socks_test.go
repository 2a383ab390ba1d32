package upload

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// talk plays the proxy's side: what it expects to read and what it says then.
type talk []struct{ reads, says string }

func (all talk) play(t *testing.T, c net.Conn) {
	defer c.Close()
	for _, turn := range all {
		got := make([]byte, len(turn.reads))
		if _, err := io.ReadFull(c, got); err != nil || string(got) != turn.reads {
			t.Errorf("the proxy reads %q, %v, want %q", got, err, turn.reads)
			return
		}
		io.WriteString(c, turn.says)
	}
}

// What a proxy is asked for: the endpoint by name, which it resolves itself, and
// with the user of its URL. A refusal tells nothing of that user.
func TestSocks(t *testing.T) {
	const (
		greeting  = "\x05\x01\x00"
		open      = "\x05\x00"
		example   = "\x05\x01\x00\x03\x0bexample.com\x01\xbb"
		stands    = "\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50"
		withWords = "\x05\x02\x00\x02"
		words     = "\x01\x02me\x06s3cret"
	)
	tests := []struct {
		name, via string
		talk      talk
		err       string
	}{
		{"open", "socks5://127.0.0.1", talk{{greeting, open}, {example, stands}}, ""},
		{"a password", "socks5h://me:s3cret@127.0.0.1", talk{{withWords, "\x05\x02"}, {words, "\x01\x00"}, {example, stands}}, ""},
		{"a wrong password", "socks5://me:s3cret@127.0.0.1", talk{{withWords, "\x05\x02"}, {words, "\x01\x01"}}, "authentication failed"},
		{"a password demanded", "socks5://127.0.0.1", talk{{greeting, "\x05\x02"}}, "socks connect"},
		{"refused", "socks5://127.0.0.1", talk{{greeting, open}, {example, "\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00"}}, "connection refused"},
		{"hung up", "socks5://127.0.0.1", talk{{greeting, ""}}, "EOF"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			here, there := net.Pipe()
			defer here.Close()
			played := make(chan struct{})
			go func() { defer close(played); tt.talk.play(t, there) }()
			via, err := url.Parse(tt.via)
			if err != nil {
				t.Fatal(err)
			}
			err = socks(t.Context(), here, via, "example.com:443")
			<-played
			if text := fmt.Sprint(err); (err == nil) != (tt.err == "") || !strings.Contains(text, tt.err) && err != nil || strings.Contains(text, "s3cret") {
				t.Errorf("%v, want %q", err, tt.err)
			}
		})
	}
}

// Through a SOCKS proxy as through any other: TLS begins behind it.
func TestThroughSocks(t *testing.T) {
	var got lockedBuffer
	server := tlsServerWith(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { io.Copy(&got, r.Body) }))
	address := serveTCP(t, func(c net.Conn) {
		io.ReadFull(c, make([]byte, 3))
		c.Write([]byte{5, 0})
		io.ReadFull(c, make([]byte, 10))
		there, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Error(err)
			return
		}
		defer there.Close()
		c.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
		go func() { io.Copy(there, c); there.Close() }()
		io.Copy(c, there)
	})
	via, err := url.Parse(strings.Replace(address, "http:", "socks5h:", 1))
	if err != nil {
		t.Fatal(err)
	}
	u := uploaderFor(Config{
		RootCAs: rootsOf(server), Timeout: time.Minute,
		proxy: func(*http.Request) (*url.URL, error) { return via, nil },
	}, Target{Name: "x", URL: server.URL}, queueWith("1", "2"))
	if result, err := flush(t, u); err != nil || result.Delivered != 2 || got.text() != "12" {
		t.Errorf("%+v, %v, received %q", result, err, got.text())
	}
	closeNow(t, u)
}
