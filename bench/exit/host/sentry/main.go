// Command sentry is a host with sentry-go, its defaults and the usual Flush of
// two seconds.
package main

import (
	"context"
	"log"
	"os"
	"strings"
	"time"

	"github.com/getsentry/sentry-go"
)

func main() {
	if os.Getenv("BENCH_OFF") != "" {
		steps(func() {})
		return
	}
	scheme, host, _ := strings.Cut(os.Getenv("BENCH_URL"), "://")
	err := sentry.Init(sentry.ClientOptions{Dsn: scheme + "://public@" + host + "/1", EnableTracing: true, TracesSampleRate: 1})
	if err != nil {
		log.Fatal(err)
	}
	run := sentry.StartTransaction(context.Background(), "run")
	steps(func() {
		span := run.StartChild("load")
		span.SetData("destination.name", "duckdb")
		span.SetData("records.written", 1187)
		span.Finish()
	})
	run.Finish()
	sentry.Flush(2 * time.Second)
}

func steps(span func()) {
	for range 5 {
		_, _ = os.Stdout.WriteString("step\n")
		span()
	}
}
