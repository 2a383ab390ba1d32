package otelbridge_test

import (
	"fmt"
	"io/fs"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// A host asks what it may do, and can say which input decided.
func ExampleResolve() {
	app := otelbridge.App{Name: "chess", Endpoint: "https://events.example.com/v1"}
	env := map[string]string{"HOME": "/home/ada", "CHESS_OTLP_ENDPOINT": "http://localhost:4318"}
	files := map[string]string{"/home/ada/.config/chess/config.toml": "[runtime]\ntelemetry = false\n"}

	settings, err := otelbridge.Resolve(app, otelbridge.Inputs{
		Getenv: func(name string) string { return env[name] },
		ReadFile: func(path string) ([]byte, error) {
			if content, ok := files[path]; ok {
				return []byte(content), nil
			}
			return nil, fs.ErrNotExist
		},
		GOOS: "linux",
	})
	fmt.Println(settings.Trace.Mode, settings.Trace.Reason, err)
	fmt.Println(settings.Telemetry.Mode, settings.Telemetry.Input)
	fmt.Println(settings.OTLP.Mode, settings.OTLP.Input)
	// Output:
	// on nothing turns tracing off <nil>
	// off /home/ada/.config/chess/config.toml:2: runtime.telemetry
	// on CHESS_OTLP_ENDPOINT
}
