// Pipeline loads the history of a git repository into SQLite, traced with otelbridge: an extract, normalize, load pipeline as
// anybody might write it, with a real person's name and address on one of its spans.
//
//	go run ./examples/pipeline                 the repository it stands in
//	go run ./examples/pipeline -repo ~/src/go  any other on this machine, bare or not
//	go run ./examples/pipeline -demo           with all three routes on, to receivers on loopback
//
// The result goes to stdout. Progress, the run's waterfall and what there is to say about telemetry go to stderr. A second run
// loads what is new. The exit code is 0 when the history was loaded, 1 when it was not, 2 for wrong flags and 130 after Ctrl-C.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

func main() { os.Exit(start(os.Args[1:], os.Stdout, os.Stderr)) }

// What the program exits with.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

func start(arguments []string, stdout, stderr *os.File) int {
	o, err := parse(arguments, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	run := local
	if o.demo {
		run = demo
	}
	return exitCode(ctx, run(ctx, o, stdout, stderr), stderr)
}

func exitCode(ctx context.Context, err error, stderr io.Writer) int {
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil, errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "githistory: interrupted: what is loaded stays, and the next run goes on from there")
		return exitInterrupted
	}
	fmt.Fprintln(stderr, "githistory:", err)
	return exitFailed
}

// options are the command line's.
type options struct {
	repo string // path or file URL
	db   string // path; empty: a file in the system's folder for temporary files
	demo bool
}

func parse(arguments []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("githistory", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.repo, "repo", ".", "`path` or file URL of the repository, or of a folder in it")
	flags.StringVar(&o.db, "db", "", "SQLite `file` to load into (default history.db in a folder for temporary files)")
	flags.BoolVar(&o.demo, "demo", false, "turn all three routes on, to receivers on loopback, and show what arrives")
	if err := flags.Parse(arguments); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		err := fmt.Errorf("githistory: %q is not a flag: name a repository with -repo", flags.Arg(0))
		fmt.Fprintln(stderr, err)
		return o, err
	}
	return o, nil
}
