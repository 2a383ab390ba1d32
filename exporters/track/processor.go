package track

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// processor makes a message of each span that the policy declares, and hands
// it on before the span's Start or End returns. It starts no goroutine.
type processor struct {
	policy *anon.Policy
	hasher *anon.Hasher
	id     func() string
	encode encoder
	sink   sink

	mu       sync.Mutex
	message  anon.Message
	envelope envelope
	buffer   []byte
}

var _ sdktrace.SpanProcessor = (*processor)(nil)

// sink takes finished messages, one at a time. It must not keep them.
type sink interface{ put(message []byte) }

func newProcessor(setup otelbridge.Setup, encode encoder, to sink) *processor {
	return &processor{
		policy: setup.Consented, hasher: setup.Hasher, id: setup.AnonymousID,
		encode: encode, sink: to,
	}
}

func (p *processor) OnStart(_ context.Context, s sdktrace.ReadWriteSpan) { p.send(s, anon.Start) }
func (p *processor) OnEnd(s sdktrace.ReadOnlySpan)                       { p.send(s, anon.End) }
func (p *processor) ForceFlush(context.Context) error                    { return nil }
func (p *processor) Shutdown(context.Context) error                      { return nil }

func (p *processor) send(s sdktrace.ReadOnlySpan, moment anon.Phase) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.message.Fill(p.policy, p.hasher, s, moment) {
		return
	}
	p.envelope = envelope{p.id(), newMessageID()}
	p.buffer = p.encode(p.buffer[:0], &p.envelope, &p.message)
	p.sink.put(p.buffer)
}

// spooler sends messages into the spool, one after the other, with one request
// that is used again: the spool keeps none.
type spooler struct {
	to      otelbridge.Spool
	reader  bytes.Reader
	body    io.ReadCloser // of reader
	request http.Request
}

func newSpooler(to otelbridge.Spool) *spooler {
	s := &spooler{to: to}
	s.body = io.NopCloser(&s.reader)
	return s
}

func (s *spooler) put(message []byte) {
	s.reader.Reset(message)
	s.request = http.Request{Method: http.MethodPost, Header: jsonHeader, Body: s.body, ContentLength: int64(len(message))}
	if res, err := s.to(&s.request); err == nil {
		_ = res.Body.Close()
	}
}

var jsonHeader = http.Header{"Content-Type": {"application/json"}}

// printer writes messages to a stream, a line each. A stream that does not
// take them is no business of the host.
type printer struct{ to io.Writer }

func (p printer) put(message []byte) { _, _ = p.to.Write(append(message, '\n')) }
