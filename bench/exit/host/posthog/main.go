// Command posthog is a host with PostHog's client and its defaults.
package main

import (
	"log"
	"os"

	"github.com/posthog/posthog-go"
)

type silence struct{}

func (silence) Debugf(string, ...any) {}
func (silence) Logf(string, ...any)   {}
func (silence) Warnf(string, ...any)  {}
func (silence) Errorf(string, ...any) {}

func main() {
	if os.Getenv("BENCH_OFF") != "" {
		steps(func() {})
		return
	}
	client, err := posthog.NewWithConfig("key", posthog.Config{Endpoint: os.Getenv("BENCH_URL"), Logger: silence{}})
	if err != nil {
		log.Fatal(err)
	}
	steps(func() {
		_ = client.Enqueue(posthog.Capture{DistinctId: "0123456789abcdef", Event: "pipeline_load", Properties: posthog.NewProperties().
			Set("pipeline_name", "3f2a").Set("destination_name", "duckdb").Set("elapsed", 1.5).Set("success", true).Set("records", 1187)})
	})
	_ = client.Close()
}

func steps(event func()) {
	for range 5 {
		_, _ = os.Stdout.WriteString("step\n")
		event()
	}
}
