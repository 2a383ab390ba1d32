//go:build linux

package exit

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// build makes all hosts, stripped, and returns the folder they are in.
func build(t *testing.T) string {
	dir := t.TempDir()
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", dir+string(filepath.Separator), "./host/...")
	cmd.Env = append(os.Environ(), "GOWORK=off", "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return dir
}

// wall is how long a process takes from its start until it is gone.
func wall(t *testing.T, null *os.File, exe string, env []string) time.Duration {
	begin := time.Now()
	p, err := os.StartProcess(exe, []string{exe}, &os.ProcAttr{Env: env, Files: []*os.File{null, null, null}})
	if err != nil {
		t.Fatal(err)
	}
	state, err := p.Wait()
	took := time.Since(begin)
	if err != nil || !state.Success() {
		t.Fatalf("%s: %v %v", exe, state, err)
	}
	return took
}

// children lists the processes of an executable of this test. Only uploaders
// are left when a run is over.
func children(exe string) []int {
	var pids []int
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range links {
		if to, err := os.Readlink(link); err == nil && to == exe {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(link)))
			pids = append(pids, pid)
		}
	}
	return pids
}

// quiet returns when no uploader of exe is at work: it lets one finish for a
// moment, and then ends it, so that it takes no time from the next run.
func quiet(exe string) {
	for range 20 {
		if len(children(exe)) == 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	for _, pid := range children(exe) {
		if p, err := os.FindProcess(pid); err == nil {
			_ = p.Kill()
		}
	}
	for len(children(exe)) > 0 {
		time.Sleep(time.Millisecond)
	}
}
