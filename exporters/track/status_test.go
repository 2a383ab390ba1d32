package track

import (
	"slices"
	"strings"
	"testing"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// TestStatusSaysWhatIsWrong: whoever wonders why nothing is sent finds out
// without reading code.
func TestStatusSaysWhatIsWrong(t *testing.T) {
	for _, name := range []string{"DO_NOT_TRACK", "CI", "OTEL_SDK_DISABLED", "ENABLE_RUNTIME_TRACE", "RUNTIME__TELEMETRY_SEGMENT_WRITE_KEY"} {
		t.Setenv(name, "")
	}
	t.Setenv("TOOL_TELEMETRY", "on")
	t.Setenv("TOOL_TELEMETRY_ENDPOINT", "https://api.segment.io/v1/track")
	for problem, route := range map[string]otelbridge.Route{
		"track: the endpoint is Segment's, which needs telemetry_segment_write_key":                     Route,
		"track: TOOL_TELEMETRY_ENDPOINT: the endpoint is Segment's, which does not take the flat shape": FlatRoute,
	} {
		control, err := otelbridge.NewControl(otelbridge.App{Name: "tool", Dir: t.TempDir()}, route)
		if err != nil {
			t.Fatal(err)
		}
		status := control.Status()
		if got := status.Routes[0]; got.Route != Name || got.Mode != otelbridge.Off.String() {
			t.Errorf("route %+v, want it off", got)
		}
		if !slices.ContainsFunc(status.Problems, func(p string) bool { return strings.Contains(p, problem) }) {
			t.Errorf("problems %q, want %q", status.Problems, problem)
		}
	}
}
