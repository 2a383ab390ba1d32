package telemetrycmd

import (
	"bytes"
	"context"
	"sync"
	"testing"

	"github.com/spf13/cobra"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// person gives a test the machine of somebody who has said nothing yet.
func person(t *testing.T) {
	t.Helper()
	home := t.TempDir()
	for name, value := range map[string]string{
		"HOME": home, "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": "", "DO_NOT_TRACK": "", "CI": "",
		"OTEL_SDK_DISABLED": "", "ENABLE_RUNTIME_TRACE": "", "AppData": home, "LocalAppData": home,
		"ProgramData": home, "USERPROFILE": home, "CHESS_EPHEMERAL": "no",
	} {
		t.Setenv(name, value)
	}
	t.Chdir(home)
}

// spans is a route that keeps the spans it is given.
type spans struct {
	mu    sync.Mutex
	ended []sdktrace.ReadOnlySpan
}

func (s *spans) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (s *spans) ForceFlush(context.Context) error                { return nil }
func (s *spans) Shutdown(context.Context) error                  { return nil }

func (s *spans) OnEnd(span sdktrace.ReadOnlySpan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = append(s.ended, span)
}

func (s *spans) route(otelbridge.Setup) (otelbridge.Outlet, error) {
	return otelbridge.Outlet{Name: "spans", Processor: s}, nil
}

// chess is a host whose commands do what they are told.
func chess(run func(*cobra.Command, []string) error) *cobra.Command {
	root := &cobra.Command{Use: "chess", SilenceUsage: true, SilenceErrors: true}
	db := &cobra.Command{Use: "db"}
	migrate := &cobra.Command{Use: "migrate", RunE: run}
	migrate.Flags().Bool("fast", false, "")
	migrate.Flags().String("password", "", "")
	db.AddCommand(migrate)
	root.AddCommand(db, &cobra.Command{Use: "play", Run: func(cmd *cobra.Command, args []string) { _ = run(cmd, args) }})
	return root
}

// execute runs a command line, and returns what was printed.
func execute(root *cobra.Command, args ...string) (stdout, stderr string, err error) {
	var out, errs bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&errs)
	root.SetArgs(args)
	err = root.ExecuteContext(context.Background())
	return out.String(), errs.String(), err
}
