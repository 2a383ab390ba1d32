package otlp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// What a short program sends is plain, and compressed by the uploader; after
// that bodies are compressed here. Nothing but what describes a body reaches
// the spool.
func TestCompression(t *testing.T) {
	r := new(recorder)
	p := provider(t, setup(t, r, r.report))
	const batches = 40
	for i := range batches {
		for j := range 10 {
			end(p, fmt.Sprint(i, ".", j))
		}
		if err := p.ForceFlush(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	plain, packed := 0, 0
	for _, rec := range r.taken() {
		want := http.Header{"Content-Type": {contentType}}
		if plain += len(rec.plain(t)); plain > plainBytes {
			packed++
			want.Set("Content-Encoding", "gzip")
		}
		if diff := cmp.Diff(want, rec.header); diff != "" {
			t.Errorf("after %d bytes (-want +got):\n%s", plain, diff)
		}
		if int(rec.length) != len(rec.body) {
			t.Errorf("content length %d of %d bytes", rec.length, len(rec.body))
		}
	}
	if packed == 0 || packed == len(r.taken()) {
		t.Errorf("%d of %d requests are compressed", packed, len(r.taken()))
	}
	if got := len(r.spans(t)); got != 10*batches {
		t.Errorf("%d spans arrived, want %d", got, 10*batches)
	}
}

// body is a request's body that knows whether it was closed.
type body struct {
	io.Reader
	closed bool
}

func (b *body) Close() error { b.closed = true; return nil }

// request is one of n bytes.
func request(ctx context.Context, t *testing.T, n int) (*http.Request, *body) {
	t.Helper()
	b := &body{Reader: strings.NewReader(strings.Repeat("x", n))}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://c.example/v1/traces", b)
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = int64(n)
	return req, b
}

// A request is the caller's, and stays as it is.
func TestRequestIsLeftAlone(t *testing.T) {
	tr := &transport{spool: new(recorder)}
	for _, n := range []int{1, plainBytes} {
		req, b := request(t.Context(), t, n)
		req.Header.Set("Authorization", "x")
		before := req.Header.Clone()
		if _, err := tr.RoundTrip(req); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, req.Header); diff != "" || req.Body != b || req.ContentLength != int64(n) {
			t.Errorf("%d bytes: the request has changed\n%s", n, diff)
		}
	}
}

func TestBodyThatFails(t *testing.T) {
	r := new(recorder)
	tr := &transport{spool: r}
	for _, n := range []int64{1, 2 * plainBytes} {
		req, b := request(t.Context(), t, 0)
		broken := errors.New("broken")
		b.Reader, req.ContentLength = iotest.ErrReader(broken), n
		if _, err := tr.RoundTrip(req); !errors.Is(err, broken) {
			t.Errorf("error %v, want %v", err, broken)
		}
		if !b.closed {
			t.Error("the body is not closed")
		}
	}
	req, _ := request(t.Context(), t, 10)
	if _, err := tr.RoundTrip(req); err != nil {
		t.Fatal(err)
	}
	if got := r.taken(); len(got) != 1 || string(got[0].plain(t)) != "xxxxxxxxxx" {
		t.Errorf("after that %d requests are stored", len(got))
	}
}
