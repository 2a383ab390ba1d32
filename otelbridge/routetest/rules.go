package routetest

import (
	"context"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/anon/anontest"
)

func off(t *testing.T, b *bench) {
	o, err := b.config.Route(b.setup)
	if err != nil || o.Processor != nil || o.Endpoint != "" {
		t.Errorf("without configuration: processor %v, endpoint %q, error %v", o.Processor, o.Endpoint, err)
	}
}

func named(t *testing.T, b *bench) {
	o := b.outlet(t)
	if o.Name == "" {
		t.Error("the outlet has no name")
	}
	if u, err := url.Parse(o.Endpoint); o.Endpoint != "" && (err != nil || u.Host == "") {
		t.Errorf("the endpoint %q is no URL", o.Endpoint)
	}
}

func spools(t *testing.T, b *bench) {
	o := b.outlet(t)
	b.record(t.Context(), o, b.config.Span)
	if err := o.Processor.Shutdown(t.Context()); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	if o.Endpoint != "" && len(b.spool.all()) == 0 {
		t.Errorf("a span %q left nothing in the spool", b.config.Span)
	}
}

func flushes(t *testing.T, b *bench) {
	o := b.outlet(t)
	b.record(t.Context(), o, b.config.Span)
	if err := o.Processor.ForceFlush(t.Context()); err != nil {
		t.Errorf("ForceFlush: %v", err)
	}
	if o.Endpoint != "" && len(b.spool.all()) == 0 {
		t.Errorf("a span %q left nothing in the spool", b.config.Span)
	}
}

func canaries(t *testing.T, b *bench) {
	o := b.outlet(t)
	allowed := []string{anontest.SpanName, anontest.EventName, anontest.ExceptionMessage, anontest.ExceptionStack}
	for _, name := range []string{b.config.Span, "run", ""} {
		span, planted := anontest.Span(name, anon.PipelineName.String("chess"))
		o.Processor.OnEnd(span)
		_ = o.Processor.ForceFlush(t.Context())
		for _, body := range b.spool.all() {
			for _, c := range anontest.Found(body, planted) {
				if b.config.Anonymous || !slices.Contains(allowed, c.Place) {
					t.Errorf("the canary of %q in a span %q was spooled", c.Place, name)
				}
			}
		}
		b.spool.bodies = nil
	}
}

func credentials(t *testing.T, b *bench) {
	o := b.outlet(t)
	b.record(t.Context(), o, b.config.Span)
	_ = o.Processor.Shutdown(t.Context())
	for _, body := range b.spool.all() {
		for _, secret := range b.config.Secrets {
			if strings.Contains(string(body), secret) {
				t.Errorf("the credential %q was spooled", secret)
			}
		}
	}
}

func late(t *testing.T, b *bench) {
	o := b.outlet(t)
	_, span := b.provider(o).Tracer("routetest").Start(t.Context(), b.config.Span)
	_ = o.Processor.Shutdown(t.Context())
	before := len(b.spool.all())
	span.End()
	if after := len(b.spool.all()); b.config.Anonymous && after > before+1 || !b.config.Anonymous && after > before {
		t.Errorf("a late span was spooled")
	}
}

func twice(t *testing.T, b *bench) {
	o := b.outlet(t)
	b.record(t.Context(), o, b.config.Span)
	for range 2 {
		if err := o.Processor.Shutdown(t.Context()); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
	}
}

func endedContext(t *testing.T, b *bench) {
	o := b.outlet(t)
	b.record(t.Context(), o, b.config.Span)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = o.Processor.Shutdown(ctx)
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Error("Shutdown does not return")
	}
}

func atOnce(t *testing.T, b *bench) {
	o := b.outlet(t)
	provider := b.provider(o)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				_, span := provider.Tracer("routetest").Start(t.Context(), b.config.Span)
				span.End()
			}
		})
	}
	wg.Wait()
	if err := o.Processor.Shutdown(t.Context()); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
}

func oddSpans(t *testing.T, b *bench) {
	o := b.outlet(t)
	now := time.Now()
	for _, stub := range []tracetest.SpanStub{
		{},
		{Name: b.config.Span},
		{Name: b.config.Span, StartTime: now, EndTime: now.Add(-time.Hour)},
		{Name: strings.Repeat("x", 1<<16), EndTime: now},
		{Name: "not\xffUTF-8\x00", EndTime: now},
		{Name: b.config.Span, EndTime: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)},
		{Name: b.config.Span, EndTime: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)},
	} {
		o.Processor.OnEnd(stub.Snapshot())
	}
	if err := o.Processor.Shutdown(t.Context()); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
}

func failingSpool(t *testing.T, b *bench) {
	b.spool.fail = true
	o := b.outlet(t)
	for range 1000 {
		b.record(t.Context(), o, b.config.Span)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_ = o.Processor.Shutdown(ctx)
	if ctx.Err() != nil {
		t.Error("Shutdown blocks")
	}
}

// goroutines gives the runtime a moment to take away what has returned.
func goroutines(t *testing.T, b *bench) {
	before := runtime.NumGoroutine()
	o := b.outlet(t)
	b.record(t.Context(), o, b.config.Span)
	_ = o.Processor.Shutdown(t.Context())
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines are left", after-before)
	}
}

func sign(t *testing.T, b *bench) {
	o := b.outlet(t)
	if o.Sign == nil {
		return
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, o.Endpoint, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Sign(req); err != nil {
		t.Errorf("Sign: %v", err)
	}
	want, _ := url.Parse(o.Endpoint)
	if req.URL.Host != want.Host || req.URL.Scheme != want.Scheme || req.URL.User != nil {
		t.Errorf("Sign changed %s to %s", o.Endpoint, req.URL)
	}
}
