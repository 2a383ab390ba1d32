package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/otelbridge/otelbridge-go/examples/pipeline/receiver"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// demo runs the pipeline with all three routes on and shows what arrived. Everything stays on loopback, and what is kept on disk
// goes to a folder that is removed.
func demo(ctx context.Context, o options, stdout, stderr *os.File) (err error) {
	dir, err := os.MkdirTemp("", "githistory-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	other, err := receiver.Start()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, other.Close()) }()
	if err := turnOn(other.URL); err != nil {
		return err
	}
	if o.db == "" {
		o.db = filepath.Join(dir, "history.db")
	}
	return demonstrate(ctx, o, dir, other, stdout, stderr)
}

// turnOn sets the variables that a user would set. What the user has set besides still counts: DO_NOT_TRACK keeps the anonymous
// route off in the demo too.
func turnOn(url string) error {
	return errors.Join(
		os.Setenv("GITHISTORY_TELEMETRY", "on"),
		os.Setenv("GITHISTORY_TELEMETRY_ENDPOINT", url+"/v1/track"),
		os.Setenv("GITHISTORY_OTLP_ENDPOINT", url),
		os.Setenv("GITHISTORY_SENTRY_DSN", strings.Replace(url, "http://", "http://publickey@", 1)+"/1"),
	)
}

func demonstrate(ctx context.Context, o options, dir string, other *receiver.Receiver, stdout, stderr *os.File) error {
	app := newApp()
	app.Dir, app.Delivery, app.Linger = dir, otelbridge.InProcess, 3*time.Second
	return traced(ctx, app, o, stdout, stderr, func(t *tracing, p *pipeline) error {
		if t.bad != nil {
			fmt.Fprintln(stderr, t.bad)
		}
		return show(ctx, stdout, other, p)
	})
}
