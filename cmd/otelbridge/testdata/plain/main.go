// Plain is otelbridge without telemetry. Tests compare what the two print.
package main

import (
	"os"

	"github.com/otelbridge/otelbridge-go/cmd/otelbridge/internal/tool"
	"github.com/otelbridge/otelbridge-go/otelbridge/telemetrycmd"
)

func main() { os.Exit(telemetrycmd.ExitCode(tool.Root("devel").Execute())) }
