//go:build unix

package console

import (
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// onTerminal draws a run on a pseudo-terminal with so many columns and returns what it showed.
func onTerminal(t *testing.T, columns uint16, setup otelbridge.Setup) string {
	t.Helper()
	screen, tty, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo-terminal:", err)
	}
	defer screen.Close()
	if err := pty.Setsize(tty, &pty.Winsize{Rows: 24, Cols: columns}); err != nil {
		t.Fatal(err)
	}
	outlet, err := Route(tty, Options{})(setup)
	if err != nil {
		t.Fatal(err)
	}
	tracer := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(outlet.Processor)).Tracer("test")
	_, root := tracer.Start(t.Context(), "run", trace.WithTimestamp(time.UnixMilli(0)))
	root.End(trace.WithTimestamp(time.UnixMilli(1000)))
	return readBack(t, screen, tty)
}

// readBack ends the terminal and reads what is left on its screen.
func readBack(t *testing.T, screen io.Reader, tty *os.File) string {
	t.Helper()
	shown := make(chan string)
	go func() {
		all, _ := io.ReadAll(screen) // ends in EIO on Linux when the terminal is closed
		shown <- string(all)
	}()
	if err := tty.Close(); err != nil {
		t.Error(err)
	}
	return strings.ReplaceAll(<-shown, "\r\n", "\n")
}

func TestTerminal(t *testing.T) {
	const bar = "\u2501"
	narrow, wide := onTerminal(t, 60, otelbridge.Setup{}), onTerminal(t, 120, otelbridge.Setup{})
	if !strings.Contains(narrow, cyan) || !strings.Contains(narrow, bar) {
		t.Errorf("no colour or no lines: %q", narrow)
	}
	if n, w := strings.Count(narrow, bar), strings.Count(wide, bar); w != n+60 {
		t.Errorf("the bar takes %d of 60 columns and %d of 120: it must fill the terminal", n, w)
	}
}

func TestNoColorOnTerminal(t *testing.T) {
	shown := onTerminal(t, 60, otelbridge.Setup{Settings: otelbridge.Settings{NoColor: true}})
	if strings.Contains(shown, "\x1b") || !strings.Contains(shown, "===") {
		t.Errorf("not plain: %q", shown)
	}
}
