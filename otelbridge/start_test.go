package otelbridge

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/otelbridge/otelbridge-go/anon"
)

func TestStartReportsTheSchema(t *testing.T) {
	clean(t)
	s := &spans{}
	b, err := Start(t.Context(), App{Name: "tool", Schema: anon.Schema{Events: []anon.Event{{}, {Name: "x", Fields: []anon.Field{anon.Enum("e")}}}}}, s.route)
	if err == nil || !strings.Contains(err.Error(), "no span can make it") || !strings.Contains(err.Error(), "declares no values") {
		t.Errorf("error %v", err)
	}
	works(t, b, s)
}

func TestStartReportsTheApp(t *testing.T) {
	clean(t)
	for _, name := range []string{"", "../etc", "Tool", "a b", "1tool"} {
		s := &spans{}
		b, err := Start(t.Context(), App{Name: name}, s.route)
		if err == nil || !strings.Contains(err.Error(), "App.Name") {
			t.Errorf("%q: error %v", name, err)
		}
		works(t, b, s)
	}
}

// works checks that a bridge which could not start runs what it is given and
// traces nothing.
func works(t *testing.T, b *Bridge, s *spans) {
	t.Helper()
	ran := false
	if err := b.Pipeline(t.Context(), "chess", func(ctx context.Context) error {
		ran = true
		return Step(ctx, "load", fails(nil))
	}); err != nil || !ran {
		t.Errorf("ran %v, %v", ran, err)
	}
	if err := b.Shutdown(t.Context()); err != nil || len(s.ended) != 0 {
		t.Errorf("%v, %d spans", err, len(s.ended))
	}
}

func TestNilBridge(t *testing.T) {
	var b *Bridge
	works(t, b, &spans{})
	if _, ok := b.TracerProvider().(noop.TracerProvider); !ok {
		t.Errorf("provider %T", b.TracerProvider())
	}
	if b.Settings().Trace.Mode != Off {
		t.Error("a nil bridge is on")
	}
}

func TestRoutesThatDoNotBuild(t *testing.T) {
	clean(t)
	s := &spans{}
	b, err := Start(t.Context(), App{Name: "tool"},
		func(Setup) (Outlet, error) { return Outlet{}, errors.New("bad endpoint") },
		func(Setup) (Outlet, error) { panic("bad route") },
		func(Setup) (Outlet, error) { return Outlet{}, nil },
		nil,
		s.route)
	if err == nil || !strings.Contains(err.Error(), "bad endpoint") || !strings.Contains(err.Error(), "panicked while it was built: string in ") {
		t.Errorf("error %v", err)
	}
	_ = b.Pipeline(t.Context(), "chess", fails(nil))
	if err := b.Shutdown(t.Context()); err != nil || len(s.ended) != 1 {
		t.Errorf("%v, %d spans in the good route", err, len(s.ended))
	}
}

func TestWithoutRoutesThereIsNoProvider(t *testing.T) {
	clean(t)
	b, err := Start(t.Context(), App{Name: "tool"}, func(Setup) (Outlet, error) { return Outlet{}, nil })
	if err != nil || !b.off() {
		t.Errorf("off %v, %v", b.off(), err)
	}
}

// TestMasterSwitch: no route is built, no file is made and no goroutine runs.
func TestMasterSwitch(t *testing.T) {
	for name, set := range map[string]func(*testing.T, *App){
		"App.Disabled":         func(_ *testing.T, a *App) { a.Disabled = true },
		"OTEL_SDK_DISABLED":    func(t *testing.T, _ *App) { t.Setenv("OTEL_SDK_DISABLED", "true") },
		"ENABLE_RUNTIME_TRACE": func(t *testing.T, _ *App) { t.Setenv("ENABLE_RUNTIME_TRACE", "false") },
		"project config.toml": func(t *testing.T, _ *App) {
			if err := os.Mkdir(".tool", 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(".tool", "config.toml"), []byte("enable_runtime_trace = false\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			clean(t)
			app := App{Name: "tool", Endpoint: "http://127.0.0.1:9", Consent: OptOut}
			set(t, &app)
			before, goroutines := tree(t), runtime.NumGoroutine()
			built := false
			b, err := Start(t.Context(), app, func(Setup) (Outlet, error) { built = true; return Outlet{}, nil })
			if err != nil {
				t.Fatal(err)
			}
			works(t, b, &spans{})
			if built || runtime.NumGoroutine() > goroutines {
				t.Errorf("route built: %v, goroutines %d, were %d", built, runtime.NumGoroutine(), goroutines)
			}
			if after := tree(t); after != before {
				t.Errorf("files appeared:\n%s\nbefore:\n%s", after, before)
			}
			if b.Settings().Trace.Mode != Off || b.Settings().Trace.Input == "" {
				t.Errorf("decision %+v", b.Settings().Trace)
			}
		})
	}
}

// tree lists everything in the working folder, which is the home of the test.
func tree(t *testing.T) string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(".", func(path string, _ os.DirEntry, err error) error {
		list = append(list, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(list, "\n")
}

// TestGlobalsAreTheHosts: the bridge sets none of OpenTelemetry's globals.
func TestGlobalsAreTheHosts(t *testing.T) {
	provider, propagator, handler := otel.GetTracerProvider(), otel.GetTextMapPropagator(), otel.GetErrorHandler()
	b, _ := started(t)
	_ = b.Pipeline(t.Context(), "chess", fails(nil))
	if otel.GetTracerProvider() != provider || otel.GetTextMapPropagator() != propagator || otel.GetErrorHandler() != handler {
		t.Error("a global of OpenTelemetry changed")
	}
}

func TestShutdownAfterTheContextEnded(t *testing.T) {
	b, s := started(t)
	_ = b.Pipeline(t.Context(), "chess", fails(nil))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Shutdown(ctx); err != nil || s.closed != 1 {
		t.Errorf("%v, closed %d", err, s.closed)
	}
}

// TestEnvironmentIsTheOperators: variables of OpenTelemetry change neither which
// spans a route gets nor what they hold.
func TestEnvironmentIsTheOperators(t *testing.T) {
	clean(t)
	t.Setenv("OTEL_TRACES_SAMPLER", "always_off")
	t.Setenv("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "1")
	t.Setenv("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "1")
	s := &spans{}
	b, err := Start(t.Context(), App{Name: "tool"}, s.route)
	if err != nil {
		t.Fatal(err)
	}
	_ = b.Pipeline(t.Context(), "chess", fails(nil), attribute.String("a", "long"), attribute.Int("b", 1))
	if err := b.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if attrs := s.named(t, "run").Attributes(); len(attrs) != 3 || attrs[1].Value.AsString() != "long" {
		t.Errorf("attributes %v", attrs)
	}
}

func TestTheSameRouteTwice(t *testing.T) {
	clean(t)
	s := &spans{}
	b, err := Start(t.Context(), App{Name: "tool"}, s.route, s.route)
	if err == nil || !strings.Contains(err.Error(), "route spans is there twice") {
		t.Errorf("error %v", err)
	}
	_ = b.Pipeline(t.Context(), "chess", fails(nil))
	if len(s.ended) != 1 {
		t.Errorf("%d spans", len(s.ended))
	}
	_ = b.Shutdown(t.Context())
}

// TestSpansSayNothingOfTheHost: the SDK's own resource names the executable.
func TestSpansSayNothingOfTheHost(t *testing.T) {
	b, s := started(t)
	_ = b.Pipeline(t.Context(), "chess", fails(nil))
	if attrs := s.named(t, "run").Resource().Attributes(); len(attrs) != 0 {
		t.Errorf("resource %v", attrs)
	}
}
