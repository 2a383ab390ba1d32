package e2e

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/otelbridge/otelbridge-go/exporters/track"
	"github.com/otelbridge/otelbridge-go/internal/spool"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// faults are what a disk may do to the spool, made by the kernel's tracer. The
// host writes files of its own with other calls: pwrite64, flock and ftruncate
// are the spool's alone, the others are failed from the first on.
var faults = map[string]string{
	"disk full":              "pwrite64:error=ENOSPC",
	"disk full, later":       "pwrite64:error=ENOSPC:when=4+",
	"quota":                  "pwrite64:error=EDQUOT:when=2+",
	"writing fails":          "pwrite64:error=EIO",
	"writing fails at times": "pwrite64:error=EIO:when=2+2",
	"reading fails":          "pread64:error=EIO:when=6+",
	"cutting fails":          "pwrite64:error=EIO:when=3+ ftruncate:error=EIO",
	"no locks":               "flock:error=ENOLCK",
	"no folder":              "mkdirat:error=EACCES",
	"no room for a folder":   "mkdirat:error=ENOSPC",
	"renaming fails":         "renameat,renameat2,rename:error=EXDEV",
	"removing fails":         "unlinkat,unlink:error=EACCES",
	"listing fails":          "getdents64:error=EIO",
	"nothing opens":          "openat:error=EACCES:when=12+",
	"no file can be made":    "openat:error=ENOSPC:when=12+",
}

// TestFaults: whatever the disk does, the host prints the same and ends the
// same, on its first run and on one that finds a spool; and a later run on a
// sound disk works.
func TestFaults(t *testing.T) {
	skipShort(t)
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("needs strace")
	}
	hostProgram(t)
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkFault(t, strace, fault)
		})
	}
}

func checkFault(t *testing.T, strace, fault string) {
	home := t.TempDir()
	t.Cleanup(func() { awaitChildren(t, home) })
	env := append(allRoutes("http://"+refusing(t)), "E2E_DELIVERY=detached")
	fresh := runUnder(t, home, append([]string{strace}, injecting(t, fault)...), env)
	if fresh != silent {
		t.Errorf("with nothing there yet: %+v", fresh)
	}
	if got := run(t, home, env...); got != silent {
		t.Fatalf("%+v", got)
	}
	failing := runUnder(t, home, append([]string{strace}, injecting(t, fault)...), append(env, "E2E_FAIL=1"))
	if want := (result{"loaded 3 games\n", "hosttool: reading " + secret("error") + "\n", 3}); failing != want {
		t.Errorf("with a spool: %+v", failing)
	}
	r := newReceiver(t)
	if got := run(t, home, allRoutes(r.URL)...); got != silent {
		t.Errorf("later: %+v", got)
	}
	if len(r.events(t)) < 3 || len(r.spans(t)) < 3 {
		t.Errorf("later %d events and %d spans arrived", len(r.events(t)), len(r.spans(t)))
	}
}

// injecting are the arguments of strace for some faults.
func injecting(t *testing.T, fault string) []string {
	args := []string{"-f", "-o", filepath.Join(t.TempDir(), "trace")}
	calls := ""
	for _, one := range strings.Fields(fault) {
		call, _, _ := strings.Cut(one, ":")
		calls += "," + call
		args = append(args, "-e", "inject="+one)
	}
	return append(args, "-e", "trace="+calls[1:])
}

// TestSlowDisk: on a disk that takes its time the first write costs, and those
// after it are joined: the host does not wait at each event, and has them all
// on disk when it ends.
func TestSlowDisk(t *testing.T) {
	skipShort(t)
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("needs strace")
	}
	t.Parallel()
	dir := t.TempDir()
	trace := filepath.Join(dir, "trace")
	cmd := play(t, "TestSlowDiskProcess", "slow", "HOME="+dir)
	cmd.Args = append([]string{strace, "-f", "-o", trace, "-e", "trace=pwrite64", "-e", "inject=pwrite64:delay_exit=300000"}, cmd.Args...)
	cmd.Path = strace
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	calls, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	// Header, first event, the others, seal; the others more than once if the
	// host needs a second for them, which it does not wait for.
	if n := bytes.Count(calls, []byte("pwrite64(")); n < 4 || n > slowSteps/2 {
		t.Errorf("%d writes for %d events", n, slowSteps)
	}
	if st := spool.Open(filepath.Join(spoolDir(dir), "track"), spool.Limits{}).Stats(); st.Records != slowSteps+1 || st.Dropped > 0 {
		t.Errorf("%+v, want %d records", st, slowSteps+1)
	}
}

// slowSteps is how many steps the host on a slow disk has: each is an event, and
// so is the pipeline.
const slowSteps = 30

// TestSlowDiskProcess is that host.
func TestSlowDiskProcess(t *testing.T) {
	role(t, "slow")
	ctx := context.Background()
	app := otelbridge.App{Name: "hosttool", Version: "1.2.3", Delivery: otelbridge.NextRun}
	t.Setenv("HOSTTOOL_TELEMETRY", "1")
	t.Setenv("HOSTTOOL_TELEMETRY_ENDPOINT", "http://127.0.0.1:9/track")
	bridge, err := otelbridge.Start(ctx, app, track.Route)
	if err != nil {
		t.Fatal(err)
	}
	err = bridge.Pipeline(ctx, "chess", func(ctx context.Context) error {
		for range slowSteps {
			if err := otelbridge.Step(ctx, "extract", func(context.Context) error { return nil }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if err := bridge.Shutdown(ctx); err != nil {
		t.Error(err)
	}
}

// TestShortWrites: a limit on the length of files lets a write end in the middle
// of a record, as a disk that is filling up does.
func TestShortWrites(t *testing.T) {
	hostProgram(t)
	home := t.TempDir()
	env := append(allRoutes("http://"+refusing(t)), "E2E_DELIVERY=next")
	for range 3 {
		if got := runUnder(t, home, []string{"/bin/sh", "-c", `ulimit -f 2; exec "$0"`}, env); got != silent {
			t.Errorf("%+v", got)
		}
	}
	r := newReceiver(t)
	if got := run(t, home, allRoutes(r.URL)...); got != silent {
		t.Errorf("%+v", got)
	}
	if n := len(r.events(t)); n < 4 || n > 12 {
		t.Errorf("%d events arrived", n)
	}
}

// TestSmallDisk: on a file system of a few pages, or with few inodes, the host
// is the same.
func TestSmallDisk(t *testing.T) {
	skipShort(t)
	hostProgram(t)
	for name, options := range map[string]string{"pages": "size=16k", "inodes": "nr_inodes=6", "read-only": "ro"} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			if err := syscall.Mount("none", home, "tmpfs", 0, options); err != nil {
				t.Skipf("cannot mount: %v", err)
			}
			t.Cleanup(func() { _ = syscall.Unmount(home, syscall.MNT_DETACH) })
			env := append(allRoutes("http://"+refusing(t)), "E2E_DELIVERY=detached")
			for range 5 {
				if got := run(t, home, env...); got != silent {
					t.Fatalf("%+v", got)
				}
			}
		})
	}
}

// runUnder starts the host by way of another program.
func runUnder(t *testing.T, home string, by []string, env []string) result {
	t.Helper()
	cmd := exec.Command(by[0], append(by[1:len(by):len(by)], hostProgram(t))...)
	cmd.Dir = home
	cmd.Env = append([]string{"E2E_HOST=1", "HOME=" + home}, env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}
