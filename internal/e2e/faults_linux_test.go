package e2e

import (
	"bytes"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
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
