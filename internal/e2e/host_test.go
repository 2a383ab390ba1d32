package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/exporters/otlp"
	"github.com/otelbridge/otelbridge-go/exporters/track"
	"github.com/otelbridge/otelbridge-go/otelbridge"
	"github.com/otelbridge/otelbridge-go/sentry"
)

// host is a small pipeline tool with all routes. It prints what a tool prints
// and nothing about telemetry.
func host() int {
	app := otelbridge.App{Name: "hosttool", Version: "1.2.3", Linger: 5 * time.Second}
	switch os.Getenv("E2E_DELIVERY") {
	case "next":
		app.Delivery = otelbridge.NextRun
	case "detached":
		app.Delivery = otelbridge.Detached
	default:
		app.Delivery = otelbridge.InProcess
	}
	ctx := context.Background()
	bridge, err := otelbridge.Start(ctx, app, track.Route, otlp.Route, sentry.Route)
	if err != nil && os.Getenv("E2E_SHOW") != "" {
		fmt.Println("start:", err)
	}
	if os.Getenv("E2E_EXIT") == "" {
		defer func() { _ = bridge.Shutdown(ctx) }()
	}
	if os.Getenv("E2E_SECRETS") != "" {
		ctx = planted(ctx, bridge)
	}
	err = bridge.Pipeline(ctx, "chess", pipeline, anon.DestinationName.String("duckdb"), anon.DatasetName.String("games"))
	fmt.Println("loaded 3 games")
	if err != nil {
		fmt.Fprintln(os.Stderr, "hosttool:", err)
		return 3
	}
	return 0
}

func pipeline(ctx context.Context) error {
	if err := otelbridge.Step(ctx, "extract", func(context.Context) error { return nil }); err != nil {
		return err
	}
	return otelbridge.Step(ctx, "load", func(context.Context) error {
		if os.Getenv("E2E_FAIL") != "" {
			return errors.New("reading " + secret("error"))
		}
		if os.Getenv("E2E_PANIC") != "" {
			panic("at " + secret("panic"))
		}
		return nil
	})
}

// secret is a text that says where it was planted.
func secret(place string) string { return "hush-" + place + "-hush" }

// planted runs a step with a secret in every place that user data can hide in.
func planted(ctx context.Context, bridge *otelbridge.Bridge) context.Context {
	state, _ := trace.ParseTraceState("vendor=" + secret("tracestate"))
	remote := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{9}, SpanID: trace.SpanID{9}, TraceFlags: trace.FlagsSampled, TraceState: state, Remote: true})
	member, _ := baggage.NewMemberRaw("user", secret("baggage"))
	bag, _ := baggage.New(member)
	ctx = baggage.ContextWithBaggage(trace.ContextWithRemoteSpanContext(ctx, remote), bag)
	tracer := bridge.TracerProvider().Tracer("host", trace.WithInstrumentationAttributes(attribute.String("scope", secret("scope"))))
	inner, span := tracer.Start(ctx, "load", trace.WithLinks(trace.Link{SpanContext: remote, Attributes: []attribute.KeyValue{attribute.String("link", secret("link"))}}))
	span.SetAttributes(
		attribute.String("a.string", secret("string")), attribute.StringSlice("a.strings", []string{secret("strings")}),
		attribute.ByteSlice("a.bytes", []byte(secret("bytes"))), attribute.Map("a.map", attribute.String("k", secret("map"))),
		attribute.Slice("a.slice", attribute.StringValue(secret("slice"))), attribute.Bool(secret("boolkey"), true),
		anon.DestinationName.StringSlice([]string{secret("wrongtype")}),
	)
	span.AddEvent("read", trace.WithAttributes(attribute.String("path", secret("event"))))
	span.AddEvent(secret("eventname"))
	span.SetStatus(codes.Error, secret("status"))
	_, named := tracer.Start(inner, secret("spanname"))
	named.End()
	span.End()
	return ctx
}

// result is what a person sees of a run.
type result struct {
	stdout, stderr string
	code           int
}

// run starts the host with a home of its own and these variables.
func run(t *testing.T, home string, env ...string) result {
	t.Helper()
	cmd := exec.Command(hostProgram(t))
	cmd.Dir = home
	cmd.Env = append([]string{"E2E_HOST=1", "HOME=" + home, "AppData=" + home, "LocalAppData=" + home, "SystemRoot=" + os.Getenv("SystemRoot")}, env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// hostProgram is the test binary under a name of its own: a program whose name
// says that it is a test launches no child.
func hostProgram(t *testing.T) string {
	t.Helper()
	exe, err := copied()
	if err != nil {
		t.Fatal(err)
	}
	return exe
}

var copied = sync.OnceValues(func() (string, error) {
	own, err := os.Executable()
	if err != nil {
		return "", err
	}
	binary, err := os.ReadFile(own)
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "hosttool")
	if err != nil {
		return "", err
	}
	exe := filepath.Join(dir, "hosttool"+filepath.Ext(strings.TrimSuffix(own, ".test")))
	return exe, os.WriteFile(exe, binary, 0o700)
})

// allRoutes are the variables that turn every route on, to one server.
func allRoutes(url string) []string {
	host := strings.TrimPrefix(strings.TrimPrefix(url, "http://"), "https://")
	scheme, _, _ := strings.Cut(url, "://")
	return []string{
		"HOSTTOOL_TELEMETRY=1", "HOSTTOOL_TELEMETRY_ENDPOINT=" + url + "/track",
		"HOSTTOOL_OTLP_ENDPOINT=" + url, "HOSTTOOL_SENTRY_DSN=" + scheme + "://public@" + host + "/1",
	}
}

// files lists what lies below a home, without its size.
func files(t *testing.T, home string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(home, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			list = append(list, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}
