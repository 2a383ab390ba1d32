package console

import (
	"bytes"
	"strings"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

func draw(t *testing.T, setup otelbridge.Setup, options Options) string {
	t.Helper()
	var b bytes.Buffer
	outlet, err := Route(&b, options)(setup)
	if err != nil {
		t.Fatal(err)
	}
	if outlet.Name != "console" || outlet.Endpoint != "" {
		t.Errorf("outlet %+v, want one called console that sends nothing", outlet)
	}
	tracer := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(outlet.Processor)).Tracer("test")
	_, root := tracer.Start(t.Context(), "run")
	root.End()
	return b.String()
}

func TestRouteWhereThereIsNoTerminal(t *testing.T) {
	drawing := draw(t, otelbridge.Setup{}, Options{})
	if strings.Contains(drawing, "\x1b") || !strings.Contains(drawing, "===") {
		t.Errorf("not plain: %q", drawing)
	}
	if width := longestLine(drawing); width > defaultWidth {
		t.Errorf("%d columns, want %d at most", width, defaultWidth)
	}
}

func TestWidthOption(t *testing.T) {
	for _, test := range []struct{ width, most int }{{40, 40}, {3, leastWidth}, {-1, defaultWidth}, {200, 200}} {
		if got := longestLine(draw(t, otelbridge.Setup{}, Options{Width: test.width})); got > test.most {
			t.Errorf("Width %d: %d columns", test.width, got)
		}
	}
}

func longestLine(text string) int {
	longest := 0
	for line := range strings.Lines(text) {
		longest = max(longest, len(strings.TrimSuffix(line, "\n")))
	}
	return longest
}
