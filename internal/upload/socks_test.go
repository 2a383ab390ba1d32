package upload

import (
	"errors"
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

func TestSocks(t *testing.T) {
	const (
		greeting  = "\x05\x01\x00"
		open      = "\x05\x00"
		stands    = "\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50"
		example   = "\x05\x01\x00\x03\x0bexample.com\x01\xbb"
		withWords = "\x05\x02\x00\x02"
	)
	user := url.UserPassword("me", "s3cret")
	tests := []struct {
		name string
		user *url.Userinfo
		to   string
		talk talk
		err  error
	}{
		{"a name", nil, "example.com:443", talk{{greeting, open}, {example, stands}}, nil},
		{"IPv4", nil, "192.0.2.1:80", talk{{greeting, open}, {"\x05\x01\x00\x01\xc0\x00\x02\x01\x00\x50", stands}}, nil},
		{"IPv6", nil, "[2001:db8::1]:80", talk{{greeting, open}, {"\x05\x01\x00\x04\x20\x01\x0d\xb8" + strings.Repeat("\x00", 11) + "\x01\x00\x50", stands}}, nil},
		{"answered by name", nil, "example.com:443", talk{{greeting, open}, {example, "\x05\x00\x00\x03\x01p\x00\x50"}}, nil},
		{"answered by IPv6", nil, "example.com:443", talk{{greeting, open}, {example, "\x05\x00\x00\x04" + strings.Repeat("\x00", 18)}}, nil},
		{"a password", user, "example.com:443", talk{{withWords, "\x05\x02"}, {"\x01\x02me\x06s3cret", "\x01\x00"}, {example, stands}}, nil},
		{"a password not wanted", user, "example.com:443", talk{{withWords, open}, {example, stands}}, nil},
		{"a wrong password", user, "example.com:443", talk{{withWords, "\x05\x02"}, {"\x01\x02me\x06s3cret", "\x01\x01"}}, errProxy},
		{"a password demanded", nil, "example.com:443", talk{{greeting, "\x05\x02"}}, errProxy},
		{"no way in", nil, "example.com:443", talk{{greeting, "\x05\xff"}}, errProxy},
		{"refused", nil, "example.com:443", talk{{greeting, open}, {example, "\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00"}}, errSocks},
		{"an address of no kind", nil, "example.com:443", talk{{greeting, open}, {example, "\x05\x00\x00\x02\x00"}}, errSocks},
		{"silence", nil, "example.com:443", talk{{greeting, ""}}, io.EOF},
		{"a long name", nil, strings.Repeat("x", 256) + ":443", talk{{greeting, open}}, errSocks},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			here, there := net.Pipe()
			played := make(chan struct{})
			go func() { defer close(played); tt.talk.play(t, there) }()
			if err := socks(here, tt.user, tt.to); !errors.Is(err, tt.err) {
				t.Errorf("%v, want %v", err, tt.err)
			}
			here.Close() // what the proxy still says is read by nobody
			<-played
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
