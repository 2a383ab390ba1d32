package otelbridge

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"sync"
	"testing"
)

// crashText is what the runtime would write of a panic.
func crashText(message string) []byte {
	return []byte("panic: " + message + "\n\ngoroutine 1 [running]:\nmain.main()\n\t/x.go:1\n")
}

func messages(crashes []Crash) []string {
	var all []string
	for _, c := range crashes {
		all = append(all, c.Message)
	}
	return all
}

// TestCrashOfALivingProcess: until a process is dead its crash may be half
// written, and is left to be told later.
func TestCrashOfALivingProcess(t *testing.T) {
	state := t.TempDir()
	folder := crashesIn(state)
	t.Cleanup(func() { _ = debug.SetCrashOutput(nil, debug.CrashOptions{}) })
	crashBridge(state).Recover()
	half := crashText("half")[:30]
	path := crashFile(folder, "1.2.3", 0)
	if err := os.WriteFile(path, half, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := tell(t, folder); len(got) != 0 {
		t.Errorf("told before the process has ended: %v", got)
	}
	if left, err := os.ReadFile(path); err != nil || string(left) != string(half) {
		t.Errorf("left of it: %q, %v", left, err)
	}
	err := errors.Join(os.WriteFile(path, crashText("whole"), 0o600), debug.SetCrashOutput(nil, debug.CrashOptions{}))
	if err != nil {
		t.Fatal(err)
	}
	if got := messages(tell(t, folder)); !slices.Equal(got, []string{"whole"}) {
		t.Errorf("told after it has ended: %q", got)
	}
}

// TestCrashFilesAreUsedAgain: a process takes the first file that is empty and
// of which no process lives.
func TestCrashFilesAreUsedAgain(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(crashFile(folder, "1/2", 1), crashText("untold"), 0o600); err != nil {
		t.Fatal(err)
	}
	first, second := lockCrashFile(folder, "1/2"), lockCrashFile(folder, "1/2")
	if first == nil || second == nil {
		t.Fatal("no file")
	}
	if got := filepath.Base(second.File().Name()); got != "crash-1_2@2.txt" {
		t.Errorf("the second process writes to %s", got)
	}
	name := first.File().Name()
	if err := first.Unlock(); err != nil {
		t.Fatal(err)
	}
	third := lockCrashFile(folder, "1/2")
	if third == nil || third.File().Name() != name {
		t.Errorf("the file of a process that has ended is not used again: %+v", third)
	}
	if err := errors.Join(second.Unlock(), third.Unlock()); err != nil {
		t.Error(err)
	}
	if lock := lockCrashFile(filepath.Join(folder, "missing"), "1"); lock != nil {
		t.Error("a file in a folder that is not there")
	}
}

// TestManyTellAtOnce has many processes start at the same moment.
func TestManyTellAtOnce(t *testing.T) {
	folder, want := t.TempDir(), map[string]int{}
	for n := range 50 {
		message := fmt.Sprint("crash ", n)
		want[message] = 1
		if err := os.WriteFile(crashFile(folder, "1.2.3", n), crashText(message), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var told counts
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { told.add(messages(tell(t, folder))...) })
	}
	all.Wait()
	told.add(messages(tell(t, folder))...)
	told.compare(t, want)
}

// counts is how often each crash was told.
type counts struct {
	mu   sync.Mutex
	each map[string]int
}

func (c *counts) add(messages ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range messages {
		if c.each == nil {
			c.each = map[string]int{}
		}
		c.each[m]++
	}
}

func (c *counts) compare(t *testing.T, want map[string]int) {
	t.Helper()
	if !maps.Equal(c.each, want) {
		t.Errorf("told how often: %v\nwant: %v", c.each, want)
	}
}

// TestTellingChild is a process that tells what others left and then crashes.
// It runs only when TestManyCrashAtOnce starts it.
func TestTellingChild(t *testing.T) {
	name := os.Getenv("OTELBRIDGE_TEST_CRASH")
	if name == "" {
		t.Skip("only as the child of TestManyCrashAtOnce")
	}
	state := os.Getenv("OTELBRIDGE_TEST_STATE")
	for _, m := range messages(tell(t, crashesIn(state))) {
		fmt.Printf("told %q\n", m)
	}
	crashBridge(state).Recover()
	panic(name)
}

// TestManyCrashAtOnce has processes tell and crash while others do.
func TestManyCrashAtOnce(t *testing.T) {
	const atOnce, inARow = 6, 4
	state, want := t.TempDir(), map[string]int{}
	var told counts
	var all sync.WaitGroup
	for i := range atOnce {
		var names []string
		for j := range inARow {
			names = append(names, fmt.Sprintf("crash %d-%d", i, j))
			want[names[j]] = 1
		}
		all.Go(func() {
			for _, name := range names {
				told.add(toldByChild(name, state)...)
			}
		})
	}
	all.Wait()
	told.add(messages(tell(t, crashesIn(state)))...)
	told.compare(t, want)
	if left, _ := os.ReadDir(crashesIn(state)); len(left) > atOnce {
		t.Errorf("%d files, though %d processes ran at once", len(left), atOnce)
	}
}

var toldLine = regexp.MustCompile(`(?m)^told "(.*)"$`)

// toldByChild runs a child that crashes and returns what it told of others.
func toldByChild(name, state string) []string {
	c := exec.Command(os.Args[0], "-test.run=^TestTellingChild$")
	c.Env = append(os.Environ(), "OTELBRIDGE_TEST_CRASH="+name, "OTELBRIDGE_TEST_STATE="+state, "GOTRACEBACK=single")
	out, _ := c.Output()
	var told []string
	for _, m := range toldLine.FindAllSubmatch(out, -1) {
		told = append(told, string(m[1]))
	}
	return told
}
