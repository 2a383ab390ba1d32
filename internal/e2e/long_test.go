package e2e

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/spool"
)

// Each proof has a short form, which is always run, and its full one:
//
//	go test ./internal/e2e -run 'Many|Kill|Soak' -long -timeout 60m -v
var long = flag.Bool("long", false, "run the long proofs at their full length")

// either is what a proof needs in its short and in its full form.
func either[T any](short, full T) T {
	if *long {
		return full
	}
	return short
}

// skipShort leaves a proof out of go test -short.
func skipShort(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many processes")
	}
}

// roleVariable makes a test that is named on the command line play a process of
// another test's; see role.
const roleVariable = "E2E_ROLE"

// role skips a test that is a process of another one, unless it is.
func role(t *testing.T, name string) {
	if os.Getenv(roleVariable) != name {
		t.Skip("a process of another test")
	}
}

// play starts a test of this binary as a process.
func play(t *testing.T, test, name string, env ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^"+test+"$", "-test.timeout=2h")
	cmd.Env = append([]string{roleVariable + "=" + name, "SystemRoot=" + os.Getenv("SystemRoot")}, env...)
	return cmd
}

// lines starts a process and returns what it prints.
func lines(t *testing.T, cmd *exec.Cmd) *bufio.Scanner {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return bufio.NewScanner(out)
}

// spoolDir is where the host keeps its queues.
func spoolDir(home string) string { return filepath.Join(home, ".local", "state", "hosttool", "spool") }

// forget ends what uploaders remember of an endpoint, so that a test need not
// wait for a backoff of up to an hour.
func forget(t *testing.T, home string) {
	if err := os.Remove(filepath.Join(spoolDir(home), "state.json")); err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
}

// queues are the names of the queues of a home.
func queues(t *testing.T, home string) []string {
	t.Helper()
	entries, err := os.ReadDir(spoolDir(home))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names
}

// pathOf is where the records of a queue go. A route may have several queues.
func pathOf(queue string) string {
	route, _, _ := strings.Cut(queue, "-")
	return map[string]string{"track": trackPath, "otlp": otlpPath, "sentry": sentryPath}[route]
}

// waiting returns the ids of all that waits in a home's queues, read from a
// copy.
func waiting(t *testing.T, home string) []string {
	t.Helper()
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(spoolDir(home))); err != nil {
		t.Fatal(err)
	}
	r := &receiver{bodies: map[string][][]byte{}}
	for _, name := range queues(t, home) {
		for _, record := range drain(t, spool.Open(filepath.Join(copied, name), spool.Limits{})) {
			r.bodies[pathOf(name)] = append(r.bodies[pathOf(name)], unzipped(t, record))
		}
	}
	return r.ids(t)
}

func unzipped(t *testing.T, r spool.Record) []byte {
	t.Helper()
	if r.ContentEncoding != "gzip" {
		return r.Body
	}
	zip, err := gzip.NewReader(bytes.NewReader(r.Body))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// drain takes all records out of a queue.
func drain(t *testing.T, q *spool.Queue) []spool.Record {
	t.Helper()
	var all []spool.Record
	for {
		b, err := q.Next(1000, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		if b == nil {
			break
		}
		for _, r := range b.Records {
			r.Body = bytes.Clone(r.Body)
			all = append(all, r)
		}
		if err := b.Done(0); err != nil {
			t.Fatal(err)
		}
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	return all
}

// runUploader is a child that a host of this home would launch: it records
// nothing, so that it pushes nothing out.
func runUploader(t *testing.T, home, url string) {
	t.Helper()
	mark := fmt.Sprintf("OTELBRIDGE_UPLOADER=%016x.%d", 0, time.Now().UnixMilli())
	if got := run(t, home, append(allRoutes(url), "E2E_DELIVERY=detached", mark)...); got != (result{}) {
		t.Errorf("%+v", got)
	}
}
