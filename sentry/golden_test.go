package sentry

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

var update = flag.Bool("update", false, "write the golden envelopes anew")

// scenario is what a host does, in the time of a synctest bubble.
type scenario func(r *rig, ctx context.Context)

var chess = []attribute.KeyValue{
	anon.PipelineName.String("chess"), anon.DestinationName.String("duckdb"), anon.DatasetName.String("games"),
}

// pipeline runs steps in a run called chess.
func pipeline(r *rig, ctx context.Context, run func(context.Context) error) {
	_ = r.bridge.Pipeline(ctx, "chess", run, chess[1:]...)
}

func work(time_ time.Duration, err error) func(context.Context) error {
	return func(context.Context) error {
		time.Sleep(time_)
		return err
	}
}

var errTable = &tableError{"games"}

var scenarios = map[string]scenario{
	"success": func(r *rig, ctx context.Context) {
		pipeline(r, ctx, func(ctx context.Context) error {
			return otelbridge.Step(ctx, "load", work(time.Second, nil), anon.RecordsWritten.Int64(7), anon.BytesWritten.Int64(512))
		})
	},
	"failed_step": func(r *rig, ctx context.Context) {
		pipeline(r, ctx, func(ctx context.Context) error {
			return otelbridge.Step(ctx, "load", work(time.Second, fmt.Errorf("load: %w", errTable)))
		})
	},
	"nested_steps": func(r *rig, ctx context.Context) {
		pipeline(r, ctx, func(ctx context.Context) error {
			return otelbridge.Step(ctx, "load", func(ctx context.Context) error {
				_ = otelbridge.Step(ctx, "open", work(time.Millisecond, nil))
				return otelbridge.Step(ctx, "write", work(time.Second, nil))
			})
		})
	},
	"parallel_steps": func(r *rig, ctx context.Context) {
		pipeline(r, ctx, func(ctx context.Context) error {
			done := make(chan struct{})
			for i := range 3 {
				go func() {
					time.Sleep(time.Duration(i) * time.Millisecond)
					_ = otelbridge.Step(ctx, "extract", work(time.Second, nil))
					done <- struct{}{}
				}()
			}
			for range 3 {
				<-done
			}
			return nil
		})
	},
	"canceled_run": func(r *rig, ctx context.Context) {
		pipeline(r, ctx, func(ctx context.Context) error {
			return otelbridge.Step(ctx, "load", work(time.Second, context.Canceled))
		})
	},
	"panic": func(r *rig, ctx context.Context) {
		defer func() { _ = recover() }()
		pipeline(r, ctx, func(ctx context.Context) error {
			return otelbridge.Step(ctx, "load", func(context.Context) error { explode(); return nil })
		})
	},
	"late_child": func(r *rig, ctx context.Context) {
		ctx, root := r.tracer.Start(ctx, "run", trace.WithAttributes(chess...))
		_, late := r.tracer.Start(ctx, "upload")
		time.Sleep(time.Second)
		root.End()
		time.Sleep(time.Second)
		late.End()
	},
	"remote_parent": func(r *rig, ctx context.Context) {
		pipeline(r, trace.ContextWithRemoteSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
			TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled, Remote: true,
		})), work(time.Second, nil))
	},
	"joined_errors": func(r *rig, ctx context.Context) {
		pipeline(r, ctx, work(time.Second, fmt.Errorf("chess: %w", errors.Join(errTable, io.ErrUnexpectedEOF))))
	},
	"log_error": func(r *rig, ctx context.Context) {
		pipeline(r, ctx, func(ctx context.Context) error {
			l := r.logger(new(bytes.Buffer), slog.LevelWarn)
			l.InfoContext(ctx, "not enabled")
			l.ErrorContext(ctx, "cannot load", "err", errTable, "records.written", 7, "undeclared", "canary")
			return nil
		})
	},
	"warning_at_warn": func(r *rig, ctx context.Context) {
		pipeline(r, ctx, func(ctx context.Context) error {
			r.logger(new(bytes.Buffer), slog.LevelWarn).WarnContext(ctx, "disk almost full")
			return nil
		})
	},
	"warning_at_error": func(r *rig, ctx context.Context) {
		pipeline(r, ctx, func(ctx context.Context) error {
			r.logger(new(bytes.Buffer), slog.LevelError).WarnContext(ctx, "disk almost full")
			return nil
		})
	},
	"crash": func(r *rig, ctx context.Context) {
		r.processor.Crash(otelbridge.Crash{
			Version: "1.2.2", Time: time.Now(), Message: "assignment to entry in nil map",
			Stack: "example.com/loader/db.Open(0x1)\n\t/home/joe/loader/db/open.go:12 +0x1d\nmain.main()\n\t/home/joe/loader/main.go:5\n",
		})
	},
}

func TestGolden(t *testing.T) {
	for name, play := range scenarios {
		t.Run(name, func(t *testing.T) {
			var got []byte
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				r.processor.program = func() program { return program{main: "example.com/loader", module: "example.com/loader"} }
				play(r, t.Context())
				_ = r.bridge.Shutdown(context.Background())
				got = steady(t, r.queue.all())
			})
			compare(t, filepath.Join("testdata", name+".envelope"), got)
		})
	}
}

func compare(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got), or run with -update:\n%s", path, diff)
	}
}

var (
	anyID  = regexp.MustCompile(`"[0-9a-f]{32}"|"[0-9a-f]{16}"`)
	frames = regexp.MustCompile(`"frames":\[[^\]]*\]`)
	frame  = regexp.MustCompile(`\{[^{}]*\}`)
	line   = regexp.MustCompile(`"lineno":\d+`)
	length = regexp.MustCompile(`"length":\d+ *`)
)

// steady numbers the ids in the order in which they appear, keeps the innermost
// frame of each stack without its line, and joins the envelopes by an empty line.
// Of the crash, whose stack is fixed, everything stays.
func steady(t *testing.T, bodies [][]byte) []byte {
	t.Helper()
	ids := map[string]string{}
	var out [][]byte
	for _, body := range bodies {
		readEnvelope(t, body)
		body = anyID.ReplaceAllFunc(body, func(id []byte) []byte {
			if _, ok := ids[string(id)]; !ok {
				ids[string(id)] = fmt.Sprintf(`"%0*x"`, len(id)-2, len(ids)+1)
			}
			return []byte(ids[string(id)])
		})
		if !bytes.Contains(body, []byte("db/open.go")) {
			body = frames.ReplaceAllFunc(body, func(all []byte) []byte {
				each := frame.FindAll(all, -1)
				return append(append([]byte(`"frames":[`), line.ReplaceAll(each[len(each)-1], []byte(`"lineno":1`))...), ']')
			})
		}
		parts := bytes.SplitN(body, []byte("\n"), 3)
		parts[1] = length.ReplaceAll(parts[1], []byte(`"length":`+strconv.Itoa(len(parts[2])-1)))
		out = append(out, bytes.Join(parts, []byte("\n")))
	}
	return bytes.Join(out, []byte("\n"))
}
