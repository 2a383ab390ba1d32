package sentry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

var errRefused = errors.New("connection refused")

// failing is a step's work that logs nothing and fails.
func failing(context.Context) error { return errRefused }

// told is what a host does with an error, and the issues that become of it, each
// as its level and its transaction or step.
var told = map[string]struct {
	run  func(r *rig, l *slog.Logger)
	want []string
}{
	"logged, then returned": {func(r *rig, l *slog.Logger) {
		_ = r.bridge.Pipeline(context.Background(), "chess", func(ctx context.Context) error {
			return otelbridge.Step(ctx, "load", func(ctx context.Context) error {
				l.ErrorContext(ctx, "cannot load", "err", errRefused)
				return fmt.Errorf("load: %w", errRefused)
			})
		})
	}, []string{"error load"}},
	"returned, then logged around it": {func(r *rig, l *slog.Logger) {
		_ = r.bridge.Pipeline(context.Background(), "chess", func(ctx context.Context) error {
			l.ErrorContext(ctx, "cannot load", "err", otelbridge.Step(ctx, "load", failing))
			return nil
		})
	}, []string{"error load"}},
	"logged deep inside": {func(r *rig, l *slog.Logger) {
		_ = r.bridge.Pipeline(context.Background(), "chess", func(ctx context.Context) error {
			return otelbridge.Step(ctx, "load", func(ctx context.Context) error {
				return r.step(ctx, "GET", func(ctx context.Context) error {
					l.ErrorContext(ctx, "no answer", "err", errRefused)
					return errRefused
				})
			})
		})
	}, []string{"error GET"}},
	"logged, returned, and logged again by main": {func(r *rig, l *slog.Logger) {
		l.Error("failed", "err", r.bridge.Pipeline(context.Background(), "chess", func(ctx context.Context) error {
			return otelbridge.Step(ctx, "load", func(ctx context.Context) error {
				l.ErrorContext(ctx, "cannot load", "err", errRefused)
				return errRefused
			})
		}))
	}, []string{"error load"}},
	"logged by its run, and logged again by main": {func(r *rig, l *slog.Logger) {
		l.Error("failed", "err", r.bridge.Pipeline(context.Background(), "chess", func(ctx context.Context) error {
			l.ErrorContext(ctx, "cannot load", "err", errRefused)
			return errRefused
		}))
	}, []string{"error run"}},
	"logged by main": {func(r *rig, l *slog.Logger) {
		l.Error("failed", "err", r.bridge.Pipeline(context.Background(), "chess", func(ctx context.Context) error {
			return otelbridge.Step(ctx, "load", failing)
		}))
	}, []string{"error load"}},
	"wrapped on the way and logged by main": {func(r *rig, l *slog.Logger) {
		l.Error("failed", "err", r.bridge.Pipeline(context.Background(), "chess", func(ctx context.Context) error {
			return &loadError{otelbridge.Step(ctx, "load", failing)}
		}))
	}, []string{"error load"}},
	"another error logged by main": {func(r *rig, l *slog.Logger) {
		_ = r.bridge.Pipeline(context.Background(), "chess", func(ctx context.Context) error {
			return otelbridge.Step(ctx, "load", failing)
		})
		l.Error("failed", "err", errors.New("disk full"))
	}, []string{"error load", "error "}},
	"logged by main long after": {func(r *rig, l *slog.Logger) {
		_ = r.bridge.Pipeline(context.Background(), "chess", failing)
		time.Sleep(afterwards + time.Second)
		l.Error("failed", "err", errRefused)
	}, []string{"error run", "error "}},
	"logged in another run": {func(r *rig, l *slog.Logger) {
		_ = r.bridge.Pipeline(context.Background(), "chess", failing)
		_ = r.bridge.Pipeline(context.Background(), "go", func(ctx context.Context) error {
			l.ErrorContext(ctx, "failed", "err", errRefused)
			return nil
		})
	}, []string{"error run", "error run"}},
	"logged in a span of the host's own that ended": {func(r *rig, l *slog.Logger) {
		ctx, span := r.tracer.Start(context.Background(), "export")
		span.RecordError(errRefused)
		span.End()
		l.ErrorContext(ctx, "failed", "err", errRefused)
	}, []string{"error export"}},
	"logged beside a step that fails": {func(r *rig, l *slog.Logger) {
		_ = r.bridge.Pipeline(context.Background(), "chess", func(ctx context.Context) error {
			_ = otelbridge.Step(ctx, "extract", func(ctx context.Context) error {
				l.ErrorContext(ctx, "using the cache", "err", errRefused)
				return nil
			})
			return otelbridge.Step(ctx, "load", failing)
		})
	}, []string{"error extract", "error load"}},
	"logged around a step that fails later": {func(r *rig, l *slog.Logger) {
		_ = r.bridge.Pipeline(context.Background(), "chess", func(ctx context.Context) error {
			l.ErrorContext(ctx, "using the cache", "err", errRefused)
			return otelbridge.Step(ctx, "load", failing)
		})
	}, []string{"error run", "error load"}},
	"logged by nobody's step": {func(r *rig, l *slog.Logger) {
		l.Error("using the cache", "err", errRefused)
		_ = r.bridge.Pipeline(context.Background(), "chess", failing)
	}, []string{"error ", "error run"}},
	"warned, then returned": {func(r *rig, l *slog.Logger) {
		_ = r.bridge.Pipeline(context.Background(), "chess", func(ctx context.Context) error {
			l.WarnContext(ctx, "once more", "err", errRefused)
			return errRefused
		})
	}, []string{"warning run", "error run"}},
	"returned, then warned": {func(r *rig, l *slog.Logger) {
		_ = r.bridge.Pipeline(context.Background(), "chess", func(ctx context.Context) error {
			l.WarnContext(ctx, "goes on without", "err", otelbridge.Step(ctx, "load", failing))
			return nil
		})
	}, []string{"error load"}},
	"logged twice": {func(r *rig, l *slog.Logger) {
		_ = r.bridge.Pipeline(context.Background(), "chess", func(ctx context.Context) error {
			l.ErrorContext(ctx, "once", "err", errRefused)
			l.ErrorContext(ctx, "twice", "err", errRefused)
			return nil
		})
	}, []string{"error run", "error run"}},
}

// loadError is a wrapper that changes the type and the words.
type loadError struct{ cause error }

func (e *loadError) Error() string { return "chess: " + e.cause.Error() }
func (e *loadError) Unwrap() error { return e.cause }

func TestOnce(t *testing.T) {
	for name, c := range told {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				c.run(r, r.logger(new(bytes.Buffer), slog.LevelInfo))
				var got []string
				for _, e := range r.of("event") {
					step := e.at("fingerprint", 0)
					got = append(got, fmt.Sprint(e.at("level"), " ", step))
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("issues %q, want %q:\n%s", got, c.want, strings.Join(r.texts(), "\n"))
				}
				_ = r.bridge.Shutdown(context.Background())
			})
		})
	}
}

// TestToldIsBounded fails more often than is remembered, in spans deeper than is
// looked at.
func TestToldIsBounded(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	for range 2 * maxAround {
		ctx, _ = r.tracer.Start(ctx, "deep")
	}
	for i := range 2 * maxHeard {
		_, span := r.tracer.Start(ctx, "leaf")
		span.RecordError(fmt.Errorf("failure %d", i))
		span.End()
	}
	if n := len(r.processor.told); n != maxHeard {
		t.Fatalf("%d errors are remembered, want %d", n, maxHeard)
	}
	if h := r.processor.told[maxHeard-1]; h.value != fmt.Sprintf("failure %d", 2*maxHeard-1) || len(h.spans) != maxAround {
		t.Errorf("the last one is %q of %d spans", h.value, len(h.spans))
	}
}
