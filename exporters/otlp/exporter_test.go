package otlp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelbridge/otelbridge-go/anon"
)

func texts(errs []error) []string {
	var all []string
	for _, err := range errs {
		all = append(all, err.Error())
	}
	return all
}

// The first failure of a row is reported, and the sum at the end.
func TestLossIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := new(recorder)
		p := provider(t, setup(t, r, r.report))
		flush := func(err error) {
			r.answerWith(err)
			end(p, "load")
			if err := p.ForceFlush(t.Context()); err != nil {
				t.Errorf("the SDK is told %v", err)
			}
		}
		unreadable := errors.New("unreadable")
		for _, err := range []error{nil, unreadable, nil, unreadable} {
			flush(err)
		}
		if err := p.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		want := []string{
			"otlp: 1 spans lost: unreadable",
			"otlp: 1 spans lost: unreadable",
		}
		if diff := cmp.Diff(want, texts(r.told())); diff != "" {
			t.Errorf("reports (-want +got):\n%s", diff)
		}
		if got := len(r.spans(t)); got != 2 {
			t.Errorf("%d spans arrived, want 2", got)
		}
	})
}

// A host that gives up on its Shutdown still has its spans on disk.
func TestExportOutlivesContext(t *testing.T) {
	r := new(recorder)
	s := setup(t, r, r.report)
	s.Settings.OTLPEndpoint.Text = "https://c.example/base?key=1"
	outlet, err := Route(s)
	if err != nil {
		t.Fatal(err)
	}
	end(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(outlet.Processor)), "load")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := outlet.Processor.Shutdown(gone); err != nil {
		t.Error(err)
	}
	got := r.taken()
	if len(got) != 1 || len(r.told()) > 0 {
		t.Fatalf("%d requests, reports %v", len(got), r.told())
	}
	if got[0].url != "https://c.example/base/v1/traces" {
		t.Errorf("sent to %s", got[0].url)
	}
}

// What the spool does not take is lost at once: trying again is not for here.
func TestSpoolStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{status: http.StatusServiceUnavailable}
		p := provider(t, setup(t, r, r.report))
		end(p, "load")
		if err := p.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if got := texts(r.told()); len(got) != 1 || !strings.HasPrefix(got[0], "otlp: 1 spans lost: ") {
			t.Errorf("reports %q", got)
		}
		if r.tries != 1 {
			t.Errorf("%d tries, want 1", r.tries)
		}
	})
}

// A panic on the goroutine of a batch ends the route: it is reported
// once, with secrets masked, and later spans cost and do nothing.
func TestPanicInExporter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{panic: "at postgres://me:canary@db.example"}
		p := provider(t, setup(t, r, r.report))
		end(p, "first")
		time.Sleep(2 * batchTimeout)
		synctest.Wait()
		if got := texts(r.told()); len(got) != 1 || !strings.HasPrefix(got[0], "otlp: the route panicked and has ended: at postgres://") || strings.Contains(got[0], "canary") {
			t.Fatalf("reports %q", got)
		}
		for range 3 * queueSize { // a full queue would hold the host
			end(p, "later")
		}
		if err := errors.Join(p.ForceFlush(t.Context()), p.Shutdown(t.Context())); err != nil {
			t.Error(err)
		}
		if got := len(r.told()); got != 1 {
			t.Errorf("%d reports, want 1", got)
		}
	})
}

// The same while the host waits for the last batch.
func TestPanicAtShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{panic: "boom"}
		p := provider(t, setup(t, r, r.report))
		for range 2 * batchSize {
			end(p, "load")
		}
		if err := p.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]string{"otlp: the route panicked and has ended: boom"}, texts(r.told())); diff != "" {
			t.Errorf("reports (-want +got):\n%s", diff)
		}
		if r.tries != 1 {
			t.Errorf("%d batches were tried, want 1", r.tries)
		}
	})
}

// A host that ends the bridge when it is told of a problem, on whatever goroutine
// that is, does not wait for itself.
func TestReportMayEndTheRoute(t *testing.T) {
	trouble := map[string]func() *recorder{
		"panic": func() *recorder { return &recorder{panic: "boom"} },
		"error": func() *recorder { return &recorder{fail: errors.New("broken")} },
	}
	ways := map[string]func(sdktrace.SpanProcessor, *sdktrace.TracerProvider){
		"timer": func(sdktrace.SpanProcessor, *sdktrace.TracerProvider) { time.Sleep(2 * batchTimeout) },
		"batch": func(_ sdktrace.SpanProcessor, p *sdktrace.TracerProvider) {
			for range batchSize {
				end(p, "load")
			}
			synctest.Wait()
		},
		"flush": func(route sdktrace.SpanProcessor, _ *sdktrace.TracerProvider) {
			_ = route.ForceFlush(context.Background())
		},
		"shutdown": func(route sdktrace.SpanProcessor, _ *sdktrace.TracerProvider) {
			_ = route.Shutdown(context.Background())
		},
	}
	for what, spool := range trouble {
		for way, happens := range ways {
			t.Run(what+" at "+way, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var told atomic.Int32
					var route sdktrace.SpanProcessor
					outlet, err := Route(setup(t, spool(), func(error) {
						told.Add(1)
						_ = route.ForceFlush(context.Background())
						_ = route.Shutdown(context.Background())
					}))
					if err != nil {
						t.Fatal(err)
					}
					route = outlet.Processor
					p := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(route))
					end(p, "load")
					happens(route, p)
					if told.Load() == 0 {
						t.Error("nothing was told")
					}
					_ = route.Shutdown(context.Background())
				})
			})
		}
	}
}

// hostile is a span that breaks when it is looked at closely.
type hostile struct {
	sdktrace.ReadOnlySpan
	looked *int
}

func (h hostile) Attributes() []attribute.KeyValue {
	*h.looked++
	panic("boom")
}

func TestPanicInScrubber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := new(recorder)
		outlet, err := Route(setup(t, r, r.report))
		if err != nil {
			t.Fatal(err)
		}
		p := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(outlet.Processor))
		_, span := p.Tracer("").Start(t.Context(), "load")
		looked := 0
		for range 2 {
			outlet.Processor.OnEnd(hostile{span.(sdktrace.ReadOnlySpan), &looked})
			if err := p.ForceFlush(t.Context()); err != nil {
				t.Error(err)
			}
		}
		if looked != 1 {
			t.Errorf("%d spans were looked at, want 1", looked)
		}
		span.End()
		if err := p.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]string{"otlp: the route panicked and has ended: boom"}, texts(r.told())); diff != "" {
			t.Errorf("reports (-want +got):\n%s", diff)
		}
		if got := len(r.taken()); got != 0 {
			t.Errorf("%d requests after the panic", got)
		}
	})
}

// A batch whose body would be too long is divided; a span alone is sent
// whatever its length.
func TestLongBatch(t *testing.T) {
	r := new(recorder)
	s := setup(t, r, r.report)
	s.Settings.OTLPAttributes = anon.DiscloseAll
	p := provider(t, s)
	add := func(name string, length int) {
		_, span := p.Tracer("").Start(context.Background(), name)
		span.SetAttributes(attribute.String("long", strings.Repeat("x", length)))
		span.End()
	}
	for i := range 20 {
		add(fmt.Sprint("span ", i), maxBody/8)
	}
	add("long", 2*maxBody)
	if err := p.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := len(r.spans(t)); got != 21 {
		t.Errorf("%d spans arrived, want 21", got)
	}
	for _, rec := range r.taken() {
		if n, spans := len(rec.plain(t)), spansOf(rec.decode(t).ResourceSpans); n > 1<<20 && len(spans) > 1 {
			t.Errorf("a body of %d bytes holds %d spans", n, len(spans))
		}
	}
	if errs := r.told(); len(errs) > 0 {
		t.Errorf("reported: %v", errs)
	}
}
