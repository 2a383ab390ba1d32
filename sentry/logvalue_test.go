package sentry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// own is a value that tells when a method of it is called.
type own struct{ called *bool }

func (o own) String() string               { *o.called = true; return "canary" }
func (o own) MarshalText() ([]byte, error) { *o.called = true; return []byte("canary"), nil }

// stars is a secret that the host keeps from its own log.
type stars string

func (stars) String() string { return "***" }

type table string

type rows uint8

// TestValuesOfTheHost: whatever is logged, no method of it is called and nothing
// composite is walked through, which may never end, or be under change, or be a
// secret that prints as something else.
func TestValuesOfTheHost(t *testing.T) {
	for _, d := range []anon.Disclosure{anon.DiscloseDeclared, anon.DiscloseAll} {
		t.Run(d.String(), func(t *testing.T) {
			called := false
			cycle := map[string]any{}
			cycle["canary"] = cycle
			r := newRig(t, disclose(d))
			l := slog.New(&handler{processor: r.processor, next: slog.DiscardHandler})
			l.Error("loaded", "cycle", cycle, "own", own{&called}, "pipeline.name", own{&called}, "pointer", &own{&called},
				"secret", stars("canary"), "dataset.name", stars("canary"), "lock", &sync.Mutex{}, "nil", nil, "words", []any{"canary"})
			e := r.one("event")
			if called || strings.Contains(string(e.raw), "canary") {
				t.Errorf("called is %v:\n%s", called, e.raw)
			}
		})
	}
}

func TestPlainValues(t *testing.T) {
	for _, c := range []struct {
		in   any
		want string
	}{
		{"a", "a"}, {true, "true"}, {7, "7"}, {uint64(7), "7"}, {uint64(math.MaxUint64), "18446744073709551615"}, {0.5, "0.5"},
		{time.Second, "1s"}, {time.Unix(0, 0).UTC(), "1970-01-01 00:00:00 +0000 UTC"}, {[]string{"a", "b"}, `["a","b"]`},
		{table("games"), "games"}, {rows(7), "7"},
	} {
		v, ok := valueOf(slog.AnyValue(c.in))
		if got := v.String(); !ok || got != c.want {
			t.Errorf("%T is %q, %v, want %q", c.in, got, ok, c.want)
		}
	}
	if v, _ := valueOf(slog.AnyValue(rows(7))); v.AsInt64() != 7 {
		t.Errorf("a number is a %s", v.Type())
	}
}

// coded is an error that has itself logged as a group.
type coded struct{ error }

func (e coded) LogValue() slog.Value { return slog.GroupValue(slog.String("text", e.Error())) }

// TestErrorThatLogsItself keeps its type and chain, and is one issue when it fails
// its step.
func TestErrorThatLogsItself(t *testing.T) {
	r := newRig(t)
	var out bytes.Buffer
	l := r.logger(&out, slog.LevelInfo)
	err := coded{errors.New("no such table")}
	_ = r.bridge.Pipeline(t.Context(), "chess", func(ctx context.Context) error {
		return otelbridge.Step(ctx, "load", func(ctx context.Context) error {
			l.ErrorContext(ctx, "cannot load", "err", err)
			return err
		})
	})
	if got := r.one("event").at("exception", "values", 0, "type"); got != fmt.Sprintf("%T", err) {
		t.Errorf("the issue is of type %v", got)
	}
	if !strings.Contains(out.String(), `"err":{"text":"no such table"}`) {
		t.Errorf("what the host prints changed: %s", out.String())
	}
}

// TestSecretAtTheCut: a text is masked whole before it is cut.
func TestSecretAtTheCut(t *testing.T) {
	for name, n := range map[string]int{"breadcrumb": maxName, "issue": maxMessage} {
		for off := 24; off < 40; off++ {
			r := newRig(t)
			text := strings.Repeat("x", n-off-1) + " postgres://etl:hunter2secret@db.example.com/sales"
			l := r.logger(new(bytes.Buffer), slog.LevelInfo)
			l.Info(text)
			l.Error(text)
			if strings.Contains(strings.Join(r.texts(), ""), "hunter2") {
				t.Fatalf("%s: a secret %d bytes before the cut was sent", name, off)
			}
		}
	}
}
