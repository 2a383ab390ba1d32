package bench

import (
	"context"
	"testing"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// program is a short program that has run before in this process: what is made
// once per process, and what the cold caches of a new one cost, is in exit/.
var program = table{"Start, five steps and Shutdown, all routes configured and nothing listening (at most 3 ms); base: switched off", []row{
	{"switched off", 0, programOff},
	{"left for the next run", 0, programOn(otelbridge.NextRun)},
	{"tried in the process, refused", 0, programOn(otelbridge.InProcess)},
}}

func BenchmarkProgram(b *testing.B)  { program.bench(b) }
func TestRatiosProgram(t *testing.T) { program.print(t) }

func programOff(b *testing.B) {
	configure(b, refused)
	b.Setenv("ENABLE_RUNTIME_TRACE", "false")
	b.ReportAllocs()
	for b.Loop() {
		fiveSteps(b, restart(b, otelbridge.App{}, allRoutes()...))
	}
}

func programOn(d otelbridge.Delivery) func(*testing.B) {
	return func(b *testing.B) {
		configure(b, refused)
		b.ReportAllocs()
		for b.Loop() {
			fiveSteps(b, restart(b, otelbridge.App{Delivery: d}, allRoutes()...))
		}
	}
}

func fiveSteps(b *testing.B, bridge *otelbridge.Bridge) {
	_ = bridge.Pipeline(context.Background(), "chess", func(ctx context.Context) error {
		for i := range 5 {
			_ = otelbridge.Step(ctx, "load", nothing, attributes12(i)...)
		}
		return nil
	})
	shutdown(b, bridge)
}
