package otlp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
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

// request is one as OpenTelemetry's client makes it, which knows whether its body
// was closed.
func request(t *testing.T) (*http.Request, *body) {
	t.Helper()
	b := &body{Reader: strings.NewReader("of the client")}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://c.example/v1/traces", b)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "x")
	return req, b
}

type body struct {
	io.Reader
	closed bool
}

func (b *body) Close() error { b.closed = true; return nil }

// A request is its sender's, and stays as it is, but for its body, which is
// closed as a RoundTripper must.
func TestRequestIsLeftAlone(t *testing.T) {
	r := new(recorder)
	tr := &transport{spool: r}
	for _, n := range []int{1, plainBytes} {
		req, b := request(t)
		before := req.Header.Clone()
		tr.body = bytes.Repeat([]byte("x"), n)
		if _, err := tr.RoundTrip(req); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, req.Header); diff != "" || req.Body != b || req.ContentLength != 0 {
			t.Errorf("%d bytes: the request has changed\n%s", n, diff)
		}
		if !b.closed {
			t.Errorf("%d bytes: the body is not closed", n)
		}
		taken := r.taken()
		if got := string(taken[len(taken)-1].plain(t)); got != strings.Repeat("x", n) {
			t.Errorf("%d bytes: %d were spooled", n, len(got))
		}
	}
}

// idle is a client that has changed its mind about requests without spans.
type idle struct{ err error }

func (i idle) UploadTraces(context.Context, []*tracepb.ResourceSpans) error { return i.err }

func TestClientThatSendsNothing(t *testing.T) {
	tr := &transport{spool: new(recorder)}
	spans := func(dst []byte) []byte { return append(dst, "spans"...) }
	if err := tr.upload(idle{}, spans); !errors.Is(err, errNotSent) {
		t.Errorf("error %v, want %v", err, errNotSent)
	}
	broken := errors.New("broken")
	if err := tr.upload(idle{broken}, spans); !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
}

// The memory of a body is for the next one, unless it is a span of another size
// than usual.
func TestMemoryOfBodies(t *testing.T) {
	tr := &transport{spool: new(recorder)}
	for _, tt := range []struct {
		size int
		kept bool
	}{{1 << 10, true}, {3 * maxBody, false}} {
		long := func(dst []byte) []byte { return append(dst, make([]byte, tt.size)...) }
		if err := tr.upload(idle{}, long); !errors.Is(err, errNotSent) {
			t.Fatal(err)
		}
		if kept := tr.room != nil; kept != tt.kept {
			t.Errorf("%d bytes: kept %v, want %v", tt.size, kept, tt.kept)
		}
	}
}
