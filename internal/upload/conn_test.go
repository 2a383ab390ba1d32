package upload

import (
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// deaf is a connection that has an answer and takes no request.
type deaf struct {
	net.Conn
	answer io.Reader
}

var errDeaf = &net.OpError{Op: "write", Err: syscall.EPIPE}

func (d deaf) Read(p []byte) (int, error)       { return d.answer.Read(p) }
func (deaf) Write([]byte) (int, error)          { return 0, errDeaf }
func (deaf) SetDeadline(time.Time) error        { return nil }
func (deaf) SetReadDeadline(time.Time) error    { return nil }
func (d deaf) SetWriteDeadline(time.Time) error { return nil }

// A refusal holds for what was not sent; an acceptance is no delivery.
func TestAnswerToWhatWasNotSent(t *testing.T) {
	for answer, status := range map[string]int{
		"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n": 401,
		"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n":        302,
		"HTTP/1.1 204 No Content\r\n\r\n":                        0,
		"":                                                       0,
	} {
		c := newConn(deaf{answer: strings.NewReader(answer)})
		res, err := c.exchange(post(t, anywhere))
		switch {
		case status == 0 && err != errDeaf:
			t.Errorf("%q: %v, want what kept it from being sent", answer, err)
		case status != 0 && (err != nil || res.StatusCode != status || !res.Close):
			t.Errorf("%q: %+v, %v: want an answer, and an end to the connection", answer, res, err)
		}
	}
}

// mute is a connection that can only be read from.
type mute struct{ net.Conn }

func (mute) Write([]byte) (int, error) { return 0, errDeaf }

// An answer to what cannot be sent may be on its way. It is waited for a little.
func TestAnswerBehindAFailure(t *testing.T) {
	for after, want := range map[time.Duration]error{grace - 1: nil, time.Hour: errDeaf} {
		synctest.Test(t, func(t *testing.T) {
			here, there := net.Pipe()
			defer there.Close()
			answering := time.AfterFunc(after, func() { io.WriteString(there, "HTTP/1.1 401 Unauthorized\r\n\r\n") })
			c, start := newConn(mute{here}), time.Now()
			_, err := c.exchange(post(t, anywhere))
			if took := time.Since(start); err != want || took != min(after, grace) {
				t.Errorf("an answer after %v: %v after %v", after, err, took)
			}
			answering.Stop()
			c.hangUp()
		})
	}
}

// A server answers when 100 bytes of a request have come.
func TestAnswerBeforeTheEndOfTheRequest(t *testing.T) {
	const (
		size       = 16 << 20 // more than the system takes in
		no         = "Content-Length: 0\r\n\r\n"
		ok         = "HTTP/1.1 200 OK\r\n" + no
		tooLarge   = "HTTP/1.1 413 Too Large\r\n" + no
		processing = "HTTP/1.1 102 Processing\r\n\r\n"
	)
	hangsUp := func(*testing.T, net.Conn) {}
	waits := func(t *testing.T, _ net.Conn) { <-t.Context().Done() }
	reads := func(_ *testing.T, c net.Conn) { io.CopyN(io.Discard, c, size) }
	for name, tt := range map[string]struct {
		answer string
		then   func(*testing.T, net.Conn)
		status int
		fate   Fate
	}{
		"refuses, hangs up":    {"HTTP/1.1 401 Unauthorized\r\n" + no, hangsUp, 401, Kept},
		"refuses, waits":       {tooLarge, waits, 413, Dropped},
		"refuses, reads":       {tooLarge, reads, 413, Dropped},
		"accepts, hangs up":    {ok, hangsUp, 0, Kept},
		"accepts, reads":       {ok, reads, 200, Delivered},
		"waits with it, reads": {processing + ok, reads, 200, Delivered},
		"hangs up":             {"", hangsUp, 0, Kept},
		"says nonsense, waits": {"220 mail.example ESMTP\r\n", waits, 0, Kept},
	} {
		t.Run(name, func(t *testing.T) {
			url := serveTCP(t, func(c net.Conn) {
				io.ReadFull(c, make([]byte, 100))
				io.WriteString(c, tt.answer)
				tt.then(t, c)
			})
			var told Delivery
			q := queueWith(strings.Repeat("x", size))
			u := uploaderFor(Config{Timeout: time.Minute, OnDelivery: func(d Delivery) { told = d }}, Target{Name: "x", URL: url}, q)
			flush(t, u)
			if told.Status != tt.status || told.Fate != tt.fate || (q.len() == 1) != (tt.fate == Kept) {
				t.Errorf("status %d, fate %v (%v), %d left", told.Status, told.Fate, told.Err, q.len())
			}
			if told.Err != nil && strings.Contains(told.Err.Error(), "timeout") {
				t.Errorf("%v, which is our own doing", told.Err)
			}
			closeNow(t, u)
		})
	}
}

// A request that cannot even be written has nobody to answer it.
func TestRequestThatCannotBeWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := net.Pipe()
		defer there.Close()
		c, req, start := newConn(here), post(t, anywhere), time.Now()
		req.URL.RawQuery = "a\x01"
		if _, err := c.exchange(req); err == nil || lost(err) || !time.Now().Equal(start) {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		c.hangUp()
	})
}

// counted counts the writes, and has the same answer for all.
type counted struct {
	net.Conn
	writes int
}

func (c *counted) Write(p []byte) (int, error) { c.writes++; return c.Conn.Write(p) }

// Head and body of a short request are one segment, and one record of TLS.
func TestShortRequestIsOneWrite(t *testing.T) {
	there, err := net.Dial("tcp", strings.Split(serveRaw(t, saying("HTTP/1.1 204 No Content\r\n\r\n")), "/")[2])
	if err != nil {
		t.Fatal(err)
	}
	c := &counted{Conn: there}
	target := uploaderFor(Config{}, Target{Name: "x", URL: anywhere}, nil).targets[0]
	req, err := target.request(t.Context(), target.packer.pack(queueWith("1").records, true), queueWith("1").records[0], 0)
	if err != nil {
		t.Fatal(err)
	}
	n := newConn(c)
	defer n.hangUp()
	if _, err := n.exchange(req); err != nil || c.writes != 1 {
		t.Errorf("%d writes, %v", c.writes, err)
	}
}
