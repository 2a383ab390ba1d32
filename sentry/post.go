package sentry

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync/atomic"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

const (
	envelopeType = "application/x-sentry-envelope"
	otlpType     = "application/x-protobuf"
)

// post puts finished bodies into the spool. What is on disk names neither the
// endpoint nor the key.
type post struct {
	spool    http.RoundTripper
	report   func(error)
	reported atomic.Bool
}

func newPost(setup otelbridge.Setup, name string) *post {
	return &post{spool: setup.Spool(name, otelbridge.Limits{}), report: setup.Report}
}

// put hands over a body; the spool has copied it when put returns. What the spool
// has no room for it counts itself: its only error is a body that cannot be
// read, which is reported once.
func (p *post) put(contentType string, body []byte) {
	request := &http.Request{
		Method:        http.MethodPost,
		URL:           &url.URL{Scheme: "https", Host: routeName},
		Header:        http.Header{"Content-Type": {contentType}},
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
	}
	response, err := p.spool.RoundTrip(request)
	if err != nil {
		p.fail(err)
		return
	}
	_ = response.Body.Close()
}

func (p *post) fail(err error) {
	if !p.reported.Swap(true) {
		p.report(fmt.Errorf("sentry: %w", err))
	}
}

// eventID is the id of an envelope's event, by which the endpoint recognises
// one that is delivered twice. It is made when the record is written.
type eventID [16]byte

// randomID is a version 4 UUID, as Sentry asks for. It tells events apart and
// hides nothing.
func randomID() eventID {
	var id eventID
	binary.NativeEndian.PutUint64(id[:8], rand.Uint64())
	binary.NativeEndian.PutUint64(id[8:], rand.Uint64())
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id
}
