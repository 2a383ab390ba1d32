package upload

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/spool"
)

const (
	maxAnswer     = 64 << 10
	droppedHeader = "Otelbridge-Dropped"
)

// outcome is what one request came to.
type outcome struct {
	fate    Fate
	status  int
	err     error
	dropped int           // what the endpoint took and refused to keep
	pause   time.Duration // what the endpoint asked for
	header  http.Header   // of the answer
	recoded bool          // the same records go again, without compression
}

// send makes one request of n records and decides their fate. It returns by the
// request's deadline or when ctx ends.
func (t *target) send(ctx context.Context, p packed, first spool.Record, n int, lost int64) outcome {
	ctx, cancel := context.WithTimeout(ctx, t.sender.timeout)
	defer cancel()
	req, err := t.request(ctx, p, first, lost)
	if err != nil {
		return outcome{err: err}
	}
	res, err := t.sender.do(req)
	if err != nil {
		return outcome{err: err}
	}
	defer res.Body.Close()
	t.drain(res.Body)
	return t.judge(res, n)
}

// sender is what all requests of a target have in common.
type sender struct {
	do      func(*http.Request) (*http.Response, error)
	timeout time.Duration
	agent   string
}

// drain reads what fits, also to let the connection be used again. An answer cut
// short is still an answer: its status decided.
func (t *target) drain(from io.Reader) {
	t.answer.Reset()
	_, _ = t.answer.ReadFrom(io.LimitReader(from, maxAnswer))
}

func (t *target) judge(res *http.Response, n int) outcome {
	a := t.read(res.StatusCode, res.Header)
	o := outcome{fate: judge(res.StatusCode, n), status: res.StatusCode, pause: capRetry(a.RetryAfter), header: res.Header}
	if o.fate == Again && refuses(o.status) && t.search.spent() {
		o.fate = Dropped
	}
	switch o.fate {
	case Delivered:
		o.dropped = max(0, a.Dropped)
	case Kept:
		o.pause = max(o.pause, retryAfter(res.Header, time.Now()))
	}
	return o
}

func (t *target) request(ctx context.Context, p packed, first spool.Record, lost int64) (*http.Request, error) {
	where := *t.url
	req := (&http.Request{
		Method:        http.MethodPost,
		URL:           &where,
		Header:        headers(t.sender.agent, first.ContentType, p.encoding, lost),
		ContentLength: int64(len(p.data)),
	}).WithContext(ctx)
	if err := t.sign(req); err != nil {
		return nil, err
	}
	// The body comes only now, so that no hook reads it away.
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(p.data)), nil }
	var err error
	req.Body, err = req.GetBody()
	return req, err
}

func headers(agent, contentType, encoding string, lost int64) http.Header {
	h := http.Header{"User-Agent": {agent}}
	if contentType != "" {
		h.Set("Content-Type", contentType)
	}
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	if lost > 0 {
		h.Set(droppedHeader, strconv.FormatInt(lost, 10))
	}
	return h
}

// sign lets the route add credentials and holds it to the endpoint that was
// checked.
func (t *target) sign(req *http.Request) error {
	if t.Sign == nil {
		return nil
	}
	if err := t.Sign(req); err != nil {
		return fmt.Errorf("%w: %w", errSign, err)
	}
	if req.URL == nil || req.URL.Scheme != t.url.Scheme || req.URL.Host != t.url.Host {
		return fmt.Errorf("%w: the endpoint was changed", errSign)
	}
	req.Method, req.Host = http.MethodPost, ""
	return nil
}
