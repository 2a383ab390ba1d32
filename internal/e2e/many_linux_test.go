package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestManyRuns: short runs by the thousand, many at a time, with an endpoint
// that never answers. There is never more than one uploader, none outlives the
// last run by more than its limit, and the spool stays within bounds; then the
// endpoint wakes up, and all that waited arrives.
func TestManyRuns(t *testing.T) {
	skipShort(t)
	hostProgram(t) // written before anything else forks, which would keep it busy
	t.Parallel()
	runs, atOnce := either(150, 10_000), either(16, 64)
	s, home := newSleeper(t), t.TempDir()
	watch := watchUploaders(home)
	env := append(allRoutes(s.URL), "E2E_DELIVERY=detached")
	var group sync.WaitGroup
	turn := make(chan struct{}, atOnce)
	for range runs {
		turn <- struct{}{}
		group.Go(func() {
			defer func() { <-turn }()
			if got := run(t, home, env...); got != silent {
				t.Errorf("%+v", got)
			}
		})
	}
	group.Wait()
	if most := watch.end(12 * time.Second); most != 1 {
		t.Errorf("%d uploaders at once", most)
	}
	checkSpool(t, home)
	checkAllArrive(t, s, home)
}

// checkSpool checks the bounds of the queues and looks for what should not be
// there.
func checkSpool(t *testing.T, home string) {
	t.Helper()
	for _, name := range queues(t, home) {
		limit := int64(64 << 20)
		if name == "track" {
			limit = 1 << 20
		}
		var size int64
		for _, path := range files(t, filepath.Join(spoolDir(home), name)) {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			size += info.Size()
			if filepath.Ext(path) != ".seg" {
				t.Errorf("left behind: %s", path)
			}
		}
		if size > limit+limit/8 {
			t.Errorf("%s takes %d bytes", name, size)
		}
		t.Logf("%s: %d files, %d bytes", name, len(files(t, filepath.Join(spoolDir(home), name))), size)
	}
	events := 0
	for _, id := range waiting(t, home) {
		if strings.HasPrefix(id, "event ") {
			events++
		}
	}
	if events > 256 {
		t.Errorf("%d anonymous events wait", events)
	}
}

// checkAllArrive wakes the endpoint and compares what arrives with what waited.
func checkAllArrive(t *testing.T, s *sleeper, home string) {
	t.Helper()
	waited := waiting(t, home)
	close(s.awake)
	for range either(5, 50) {
		forget(t, home)
		runUploader(t, home, s.URL)
		if len(waiting(t, home)) == 0 {
			break
		}
	}
	arrived := s.ids(t)
	unique := slices.Compact(slices.Clone(arrived))
	missing := 0
	for _, id := range waited {
		if _, ok := slices.BinarySearch(unique, id); !ok {
			missing++
		}
	}
	t.Logf("%d waited, %d arrived, %d repeats", len(waited), len(unique), len(arrived)-len(unique))
	if missing > 0 || len(unique) != len(waited) {
		t.Errorf("%d waited, of which %d did not arrive; %d arrived in all", len(waited), missing, len(unique))
	}
	if left := waiting(t, home); len(left) > 0 {
		t.Fatalf("%d still wait", len(left))
	}
	for _, path := range files(t, spoolDir(home)) {
		if name := filepath.Base(path); !slices.Contains([]string{"state.json", "state.lock", "upload.lock"}, name) {
			t.Errorf("left behind: %s", path)
		}
	}
}

// uploaderWatch counts the uploaders of a home while tests go on.
type uploaderWatch struct {
	home string
	most int
	stop chan struct{}
	done chan struct{}
}

func watchUploaders(home string) *uploaderWatch {
	w := &uploaderWatch{home: home, stop: make(chan struct{}), done: make(chan struct{})}
	go w.count()
	return w
}

func (w *uploaderWatch) count() {
	defer close(w.done)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		w.most = max(w.most, uploaders(w.home))
		select {
		case <-tick.C:
		case <-w.stop:
			return
		}
	}
}

// end waits until no uploader is left, and counts as two when that takes longer
// than the limit.
func (w *uploaderWatch) end(limit time.Duration) (most int) {
	begin := time.Now()
	for uploaders(w.home) > 0 && time.Since(begin) < limit {
		time.Sleep(20 * time.Millisecond)
	}
	close(w.stop)
	<-w.done
	return w.most + uploaders(w.home)
}

// uploaders are processes with this home that know they are uploaders.
func uploaders(home string) int {
	n := 0
	all, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range all {
		env, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(env), "OTELBRIDGE_UPLOADER=") && strings.Contains(string(env), "HOME="+home+"\x00") {
			n++
		}
	}
	return n
}
