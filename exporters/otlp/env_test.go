package otlp

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// childDir tells a child of these tests where its files are.
const childDir = "OTLP_TEST_CHILD_DIR"

// child runs one of the tests in a process of its own, in whose environment is
// nothing but env, and returns what it printed on stderr.
func child(t *testing.T, test, dir string, env ...string) string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^"+test+"$")
	home := t.TempDir()
	cmd.Env = append(env, childDir+"="+dir, "GORACE=atexit_sleep_ms=0", "HOME="+home,
		"AppData="+home, "LocalAppData="+home, "ProgramData="+home, "SystemRoot="+os.Getenv("SystemRoot"))
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s%s", err, out.String(), errs.String())
	}
	return errs.String()
}

// dirOfChild skips a test that is not run by child.
func dirOfChild(t *testing.T) string {
	t.Helper()
	dir := os.Getenv(childDir)
	if dir == "" {
		t.Skip("only as a child")
	}
	return dir
}

// set sets the variables until the function it returns is called.
func (trap trap) set(t *testing.T) (unset func()) {
	t.Helper()
	for name, value := range trap {
		if err := os.Setenv(name, value); err != nil {
			t.Fatal(err)
		}
	}
	return func() {
		for name := range trap {
			_ = os.Unsetenv(name)
		}
	}
}

// inputs are those of a host with an endpoint of its own and these variables.
func (trap trap) inputs(app otelbridge.App) otelbridge.Inputs {
	in := otelbridge.ProcessInputs(app)
	in.Getenv = func(name string) string {
		if name == "CHESS_OTLP_ENDPOINT" {
			return "https://a.example"
		}
		return trap[name]
	}
	return in
}

// TestExporterIsMirrored compares what Resolve says with what OpenTelemetry's
// exporter does: the route is off exactly where the exporter would print.
func TestExporterIsMirrored(t *testing.T) {
	dir := trapFiles(t)
	cases := append(traps(dir), spellings()...)
	printed := strings.Split(child(t, "TestExporterPrints", dir), "\x00")[1:]
	if len(printed) != len(cases) {
		t.Fatalf("%d cases were tried, want %d", len(printed), len(cases))
	}
	app := otelbridge.App{Name: "chess"}
	loud := map[string]bool{}
	for i, trap := range cases {
		s, err := otelbridge.Resolve(app, trap.inputs(app))
		unfit := checkKeyPairs(s.OTLPKeyPairs)
		if off := s.OTLP.Mode == otelbridge.Off || unfit != nil; off != (printed[i] != "") {
			t.Errorf("%q: off is %t (%s, %v), and the exporter printed %q", trap, off, s.OTLP.Reason, unfit, printed[i])
		}
		if unfit != nil && !namesPair(trap, unfit) {
			t.Errorf("%q: error %v", trap, unfit)
		}
		if printed[i] == "" || unfit != nil {
			continue
		}
		loud[s.OTLP.Input] = true
		if trap[s.OTLP.Input] == "" || s.OTLPEndpoint.Text != "" {
			t.Errorf("%q: off because of %q, with the endpoint %q", trap, s.OTLP.Input, s.OTLPEndpoint.Text)
		}
		if err == nil || !strings.Contains(err.Error(), s.OTLP.Input) || strings.Contains(err.Error()+s.OTLP.Reason, "canary") {
			t.Errorf("%q: reason %q, error %v", trap, s.OTLP.Reason, err)
		}
	}
	for _, prefix := range []string{"OTEL_EXPORTER_OTLP_", "OTEL_EXPORTER_OTLP_TRACES_"} {
		for _, key := range []string{"ENDPOINT", "HEADERS", "TIMEOUT", "CERTIFICATE", "CLIENT_CERTIFICATE", "CLIENT_KEY"} {
			if !loud[prefix+key] {
				t.Errorf("no value of %s%s makes the exporter print", prefix, key)
			}
		}
	}
}

// namesPair reports whether an error names a certificate's variable and shows
// nothing of its files.
func namesPair(trap trap, err error) bool {
	for name, value := range trap {
		if strings.HasSuffix(name, "CLIENT_CERTIFICATE") && strings.Contains(err.Error(), name) {
			return !strings.Contains(err.Error(), strings.TrimSpace(value))
		}
	}
	return false
}

// TestExporterPrints is the other process of TestExporterIsMirrored. It marks
// the beginning of each case.
func TestExporterPrints(t *testing.T) {
	dir := dirOfChild(t)
	for _, trap := range append(traps(dir), spellings()...) {
		unset := trap.set(t)
		_, _ = os.Stderr.WriteString("\x00")
		otlptracehttp.NewUnstarted()
		unset()
	}
}

// TestStartIsSilent starts a host with the route for each trap.
func TestStartIsSilent(t *testing.T) {
	if printed := child(t, "TestStartOfChild", trapFiles(t), "CHESS_OTLP_ENDPOINT=http://127.0.0.1:9"); printed != "" {
		t.Errorf("printed on stderr: %s", printed)
	}
}

// TestStartOfChild is the other process of TestStartIsSilent.
func TestStartOfChild(t *testing.T) {
	on, off := 0, 0
	for _, trap := range traps(dirOfChild(t)) {
		unset := trap.set(t)
		app := otelbridge.App{Name: "chess", Dir: t.TempDir(), Delivery: otelbridge.NextRun}
		bridge, err := otelbridge.Start(t.Context(), app, Route)
		if bridge.Settings().OTLP.Mode == otelbridge.Off && err == nil {
			t.Errorf("%q: off without an error", trap)
		}
		if err != nil {
			off++
		} else {
			on++
		}
		_ = bridge.Pipeline(t.Context(), "games", func(ctx context.Context) error {
			return otelbridge.Step(ctx, "load", func(context.Context) error { return nil })
		})
		if err := bridge.Shutdown(t.Context()); err != nil {
			t.Errorf("%q: %v", trap, err)
		}
		unset()
	}
	if on == 0 || off == 0 {
		t.Errorf("the route was on %d times and off %d times, want both", on, off)
	}
}

// overridden are variables that the exporter, or the SDK, would act
// on, were there no options.
var overridden = []string{
	"OTEL_EXPORTER_OTLP_ENDPOINT=https://canary.example",
	"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=https://canary.example",
	"OTEL_EXPORTER_OTLP_HEADERS=x-key=canary",
	"OTEL_EXPORTER_OTLP_TRACES_HEADERS=x-key=canary",
	"OTEL_EXPORTER_OTLP_TIMEOUT=1",
	"OTEL_EXPORTER_OTLP_COMPRESSION=gzip",
	"OTEL_EXPORTER_OTLP_PROTOCOL=grpc",
	"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/json",
	"OTEL_EXPORTER_OTLP_INSECURE=true",
	"OTEL_BSP_SCHEDULE_DELAY=canary",
	"OTEL_BSP_EXPORT_TIMEOUT=1",
	"OTEL_BSP_MAX_QUEUE_SIZE=-1",
	"OTEL_BSP_MAX_EXPORT_BATCH_SIZE=1",
	"OTEL_RESOURCE_ATTRIBUTES=canary=canary",
	"OTEL_SERVICE_NAME=canary",
	"OTEL_GO_X_OBSERVABILITY=true",
	"HTTP_PROXY=http://canary.example",
	"HTTPS_PROXY=http://canary.example",
}

// The route does not act on the environment: a program in which every variable
// is a trap prints nothing and spools the spans it would without.
func TestEnvironment(t *testing.T) {
	dir := trapFiles(t)
	env := append(slices.Clone(overridden), "OTEL_EXPORTER_OTLP_CERTIFICATE="+filepath.Join(dir, "cert.pem"))
	if printed := child(t, "TestEnvironmentOfChild", dir, env...); printed != "" {
		t.Errorf("printed on stderr: %s", printed)
	}
	spooled, err := os.ReadFile(filepath.Join(dir, "spooled"))
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{records: []record{{body: spooled}}}
	if got := len(r.spans(t)); got != childSpans {
		t.Errorf("%d spans in one request, want %d", got, childSpans)
	}
	mustLack(t, r, "canary")
}

const childSpans = 20

var sampled = trace.NewSpanContext(trace.SpanContextConfig{
	TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled,
})

// TestEnvironmentOfChild is the other process of TestEnvironment.
func TestEnvironmentOfChild(t *testing.T) {
	dir := dirOfChild(t)
	r := new(recorder)
	outlet, err := Route(setup(t, r, r.report))
	if err != nil {
		t.Fatal(err)
	}
	for range childSpans { // not from a provider, which has traps of its own
		outlet.Processor.OnEnd(tracetest.SpanStub{Name: "load", SpanContext: sampled}.Snapshot())
	}
	if err := outlet.Processor.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	got := r.taken()
	if len(got) != 1 || len(r.told()) > 0 {
		t.Fatalf("%d requests, reports %v", len(got), r.told())
	}
	if got[0].url != "http://127.0.0.1:4318/v1/traces" || len(got[0].header) != 1 {
		t.Errorf("sent to %s with headers %v", got[0].url, got[0].header)
	}
	if err := os.WriteFile(filepath.Join(dir, "spooled"), got[0].plain(t), 0o600); err != nil {
		t.Fatal(err)
	}
}
