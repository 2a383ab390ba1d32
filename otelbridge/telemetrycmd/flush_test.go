package telemetrycmd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/otelbridge/otelbridge-go/exporters/track"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// TestCtrlC ends a flush whose endpoint does not answer, with the code of an
// interrupted program, whatever error the signal left in the context.
func TestCtrlC(t *testing.T) {
	person(t)
	ctx, interrupt := context.WithCancelCause(t.Context())
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then the server sees the client go
		interrupt(errors.New("interrupt signal received"))
		<-r.Context().Done()
	}))
	defer silent.Close()
	app := otelbridge.App{Name: "chess", Endpoint: silent.URL, Delivery: otelbridge.NextRun}
	app.Schema.Version, app.Schema.Events = 1, Commands(Command{Path: "play"})
	t.Setenv("CHESS_TELEMETRY", "1")
	record(t, app)

	root := chess(nil)
	Mount(root, app, track.Route)
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetArgs([]string{"telemetry", "flush"})
	err := root.ExecuteContext(ctx)
	if ExitCode(err) != CodeInterrupted || err.Error() != "interrupted" {
		t.Errorf("error %v", err)
	}
	if !strings.HasSuffix(out.String(), "0 dropped, 1 waiting\n") {
		t.Errorf("printed %q", out.String())
	}
}

// TestFlushWhereNothingMayBeSent says so, and what waits.
func TestFlushWhereNothingMayBeSent(t *testing.T) {
	for variable, want := range map[string]string{
		"ENABLE_RUNTIME_TRACE=false": "1 record waiting, not sent while usage data is off: ENABLE_RUNTIME_TRACE, tracing is off\n",
		"CHESS_NO_TELEMETRY=1":       "1 record waiting, not sent while usage data is off: CHESS_NO_TELEMETRY, any value means off\n",
		"CHESS_TELEMETRY=log":        "1 record waiting, not sent while usage data is log: CHESS_TELEMETRY, events are printed and not sent\n",
	} {
		t.Run(variable, func(t *testing.T) {
			person(t)
			app := otelbridge.App{Name: "chess", Endpoint: "http://127.0.0.1:1", Delivery: otelbridge.NextRun}
			app.Schema.Version, app.Schema.Events = 1, Commands(Command{Path: "play"})
			t.Setenv("CHESS_TELEMETRY", "1")
			record(t, app)
			name, value, _ := strings.Cut(variable, "=")
			t.Setenv(name, value)
			root := chess(nil)
			Mount(root, app, track.Route)
			if stdout, stderr, err := execute(root, "telemetry", "flush"); err != nil || stdout != want {
				t.Errorf("%v, %q, %q", err, stdout, stderr)
			}
		})
	}
}

// record leaves one event to be sent.
func record(t *testing.T, app otelbridge.App) {
	t.Helper()
	bridge, err := otelbridge.Start(t.Context(), app, track.Route)
	if err != nil {
		t.Fatal(err)
	}
	err = bridge.Trace(t.Context(), "command play", func(context.Context) error { return nil })
	if err := errors.Join(err, bridge.Shutdown(t.Context())); err != nil {
		t.Fatal(err)
	}
}
