package sentry

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"
)

// TestCrumbsAreInOrder mixes what is logged with a run's context and without:
// both lead up to the issue.
func TestCrumbsAreInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		l := r.logger(new(bytes.Buffer), slog.LevelInfo)
		_ = r.step(t.Context(), "run", func(ctx context.Context) error {
			for i := range maxCrumbs {
				l.InfoContext(ctx, fmt.Sprint("in the run ", i))
				time.Sleep(time.Second)
				l.Info(fmt.Sprint("outside ", i))
				time.Sleep(time.Second)
			}
			l.ErrorContext(ctx, "the end")
			return nil
		})
		list := r.one("event").at("breadcrumbs").([]any)
		if len(list) != maxCrumbs {
			t.Fatalf("%d breadcrumbs, want %d", len(list), maxCrumbs)
		}
		for i, c := range list {
			want := fmt.Sprint("in the run ", maxCrumbs/2+i/2)
			if i%2 == 1 {
				want = fmt.Sprint("outside ", maxCrumbs/2+i/2)
			}
			if at(c, "message") != want {
				t.Fatalf("breadcrumb %d is %v, want %s", i, at(c, "message"), want)
			}
		}
		_ = r.bridge.Shutdown(context.Background())
	})
}
