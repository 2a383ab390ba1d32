package otelbridge

import (
	"context"
	"sync"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelbridge/otelbridge-go/anon"
)

// spans is a route that keeps what it is given.
type spans struct {
	mu      sync.Mutex
	started []string
	ended   []sdktrace.ReadOnlySpan
	flushed int
	closed  int
}

func (s *spans) OnStart(_ context.Context, span sdktrace.ReadWriteSpan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.started = append(s.started, span.Name())
}

func (s *spans) OnEnd(span sdktrace.ReadOnlySpan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = append(s.ended, span)
}

func (s *spans) ForceFlush(context.Context) error { s.flushed++; return nil }
func (s *spans) Shutdown(context.Context) error   { s.closed++; return nil }

func (s *spans) route(Setup) (Outlet, error) { return Outlet{Name: "spans", Processor: s}, nil }

// named returns the ended span of a name.
func (s *spans) named(t *testing.T, name string) sdktrace.ReadOnlySpan {
	t.Helper()
	for _, span := range s.ended {
		if span.Name() == name {
			return span
		}
	}
	t.Fatalf("no span %q among %d", name, len(s.ended))
	return nil
}

// clean gives a test an environment in which nothing is configured.
func clean(t *testing.T) {
	t.Helper()
	home := t.TempDir()
	for name, value := range map[string]string{
		"HOME": home, "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": "", "DO_NOT_TRACK": "", "CI": "",
		"OTEL_SDK_DISABLED": "", "ENABLE_RUNTIME_TRACE": "", "AppData": home, "LocalAppData": home, "ProgramData": home,
	} {
		t.Setenv(name, value)
	}
	t.Chdir(home)
}

// started is a bridge with one route that keeps its spans.
func started(t *testing.T) (*Bridge, *spans) {
	t.Helper()
	clean(t)
	s := &spans{}
	b, err := Start(t.Context(), App{Name: "tool"}, s.route)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return b, s
}

func outcome(s sdktrace.ReadOnlySpan) string { return anon.OutcomeOf(s).String() }
