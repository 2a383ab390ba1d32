package upload

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/spool"
)

// What a re-executed test binary is told by its environment.
const (
	testGuard = "UPLOAD_TEST_CHILD"
	testDir   = "UPLOAD_TEST_DIR"
	testURL   = "UPLOAD_TEST_URL"
	testMute  = "UPLOAD_TEST_MUTE" // the child never finds out what it is
)

// account is what a child knows about itself.
type account struct {
	PID, Session, Group, Nice int
	Args                      []string
	Dir                       string
	Streams                   []string
	Open                      []int
	Relaunch                  string
}

func actAsChild(mark string) int {
	if os.Getenv(testMute) != "" {
		return 0
	}
	dir := os.Getenv(testDir)
	a := describeProcess()
	a.Relaunch = fmt.Sprint(New(Config{Dir: dir}).Launch(Child{Exe: os.Args[0], Env: os.Environ(), Guard: testGuard}))
	data, _ := json.Marshal(a)
	if err := os.WriteFile(filepath.Join(dir, "account.json"), data, 0o600); err != nil {
		return 1
	}
	_, err := RunChild(context.Background(), mark, Config{Dir: dir}, Target{
		Name: "track", Queue: spool.Open(filepath.Join(dir, "track"), spool.Limits{}), URL: os.Getenv(testURL),
	})
	if err != nil {
		return 1
	}
	return 0
}

func discardLog() *log.Logger { return log.New(io.Discard, "", 0) }

// spooled makes a spool folder with records that no process holds.
func spooled(t testing.TB, bodies ...string) string {
	t.Helper()
	dir := t.TempDir()
	refill(t, dir, bodies...)
	return dir
}

func refill(t testing.TB, dir string, bodies ...string) {
	t.Helper()
	q := spool.Open(filepath.Join(dir, "track"), spool.Limits{})
	for _, b := range bodies {
		q.Append(spool.Record{ContentType: "application/json", Body: []byte(b)})
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
}

func self(t *testing.T, extra ...string) Child {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Child{Exe: exe, Env: append(os.Environ(), extra...), Guard: testGuard}
}

func trackTarget(dir, url string) Target {
	return Target{Name: "track", Queue: spool.Open(filepath.Join(dir, "track"), spool.Limits{}), URL: url}
}

func TestChildDelivers(t *testing.T) {
	dir := spooled(t, "one", "two")
	server := newReceiver(t, always(204))
	u := New(Config{Dir: dir}, trackTarget(dir, server.URL))
	defer closeNow(t, u)
	if !u.Due(time.Now()) {
		t.Fatal("not due")
	}
	if err := u.Launch(self(t, testDir+"="+dir, testURL+"="+server.URL)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"one", "two"} {
		if got := <-server.got; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	<-server.closed // which is the last thing a child does
	checkAccount(t, dir)
	for _, l := range u.store.read(time.Now()).Launches {
		if l.Unreported != 0 || l.Reported.Before(l.Last) {
			t.Errorf("it did not report for duty: %+v", l)
		}
	}
	if err := u.Launch(self(t)); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "was launched") {
		t.Errorf("a second launch at once: %v", err)
	}
}

func checkAccount(t *testing.T, dir string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "account.json"))
	if err != nil {
		t.Fatal(err)
	}
	var a account
	if err := json.Unmarshal(data, &a); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(a.Relaunch, "this process is a child itself") {
		t.Errorf("a child that launches: %s", a.Relaunch)
	}
	if len(a.Args) != 1 {
		t.Errorf("arguments %q, want the executable alone", a.Args)
	}
	if want, _ := filepath.EvalSymlinks(os.TempDir()); a.Dir != want {
		t.Errorf("the child stands in %s, want %s", a.Dir, want)
	}
	checkDetached(t, a)
}

// A child that reports clears what stood against its executable; one that never
// does is not started a third time.
func TestLaunchBookkeeping(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s := state{}.ready()
	launch := func(key, want string) {
		t.Helper()
		got := ""
		if err := s.launch(key, now); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s at %v: %q, want %q", key, now, got, want)
		}
	}
	launch("a", "")
	launch("a", "one was launched 0s ago")
	launch("b", "one was launched 0s ago")
	now = now.Add(launchPause)
	launch("a", "")
	now = now.Add(launchPause)
	launch("a", "the last 2 never reported for duty")
	now = now.Add(1000 * time.Hour)
	launch("a", "the last 2 never reported for duty")
	launch("b", "")
	s.report("a", now)
	now = now.Add(launchPause)
	launch("a", "")
	now = now.Add(-1000 * time.Hour) // the clock moved
	launch("a", "")
	for i := range 100 {
		now = now.Add(launchPause + 2000*time.Hour)
		launch(fmt.Sprint(i), "")
	}
	if len(s.Launches) > maxExecutables {
		t.Errorf("%d executables are remembered", len(s.Launches))
	}
}

func TestLaunchOfOneThatNeverReports(t *testing.T) {
	dir := spooled(t, "one")
	child := self(t, testDir+"="+dir, testMute+"=1")
	u := New(Config{Dir: dir}, trackTarget(dir, "https://example.com"))
	defer closeNow(t, u)
	for i := range 3 {
		err := u.Launch(child)
		if refused := errors.Is(err, ErrRefused); refused != (i == maxUnreported) {
			t.Errorf("launch %d: %v", i+1, err)
		}
		agoLaunches(t, u)
	}
}

// One that has reported before is tried again: somebody else ended the last ones.
// One that never did would do the host's work again and again.
func TestLostChildrenAreForgiven(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		reported time.Time
		ago      time.Duration
		refused  bool
	}{
		"never reported":          {time.Time{}, 1000 * time.Hour, true},
		"reported, lost just now": {now.Add(-48 * time.Hour), 59 * time.Minute, true},
		"reported, lost long ago": {now.Add(-48 * time.Hour), time.Hour, false},
		"clock that was set back": {now.Add(-48 * time.Hour), -time.Hour, false},
	} {
		s := state{}.ready()
		s.Launches["a"] = launches{Last: now.Add(-tt.ago), Unreported: maxUnreported, Reported: tt.reported}
		if err := s.launch("a", now); (err != nil) != tt.refused {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A child that could not be started says nothing against the executable.
func TestLaunchThatFailsIsTakenBack(t *testing.T) {
	dir := spooled(t, "one")
	u := New(Config{Dir: dir}, trackTarget(dir, "https://example.com"))
	defer closeNow(t, u)
	broken := filepath.Join(t.TempDir(), "broken")
	if err := os.WriteFile(broken, []byte("no program"), 0o700); err != nil {
		t.Fatal(err)
	}
	for range maxUnreported + 1 {
		if err := u.Launch(Child{Exe: broken, Guard: "GUARD"}); err == nil || errors.Is(err, ErrRefused) {
			t.Errorf("launched what is no program: %v", err)
		}
		agoLaunches(t, u)
	}
}

// agoLaunches moves the launches into the past, so that only the reports count.
func agoLaunches(t *testing.T, u *Uploader) {
	t.Helper()
	err := u.store.edit(t.Context(), func(st state) error {
		for key, l := range st.Launches {
			l.Last = l.Last.Add(-launchPause)
			st.Launches[key] = l
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLaunchRefusals(t *testing.T) {
	exe := self(t).Exe
	dir := t.TempDir()
	tests := []struct {
		name  string
		dir   string
		child Child
		want  string
	}{
		{"no executable", dir, Child{Guard: testGuard}, "no executable"},
		{"relative", dir, Child{Exe: "tool", Guard: testGuard}, "no executable"},
		{"no variable", dir, Child{Exe: exe}, "no executable or no variable"},
		{"a child", dir, Child{Exe: exe, Env: []string{"A=1", testGuard + "="}, Guard: testGuard}, "a child itself"},
		{"removed", dir, Child{Exe: filepath.Join(dir, "gone"), Guard: testGuard}, "no such file"},
		{"memory", "", Child{Exe: exe, Guard: testGuard}, "no folder"},
		{"no spool yet", filepath.Join(dir, "none"), Child{Exe: exe, Guard: testGuard}, "state.lock"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u := New(Config{Dir: tt.dir})
			defer closeNow(t, u)
			if err := u.Launch(tt.child); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 1 { // the lock of those that came so far
		t.Errorf("refusals left %v", entries)
	}
	var none *Uploader
	if err := none.Launch(self(t)); !errors.Is(err, ErrRefused) {
		t.Errorf("nil: %v", err)
	}
}

// The limit counts from the launch, so that a host that is slow to find out does
// not get more.
func TestChildOutOfTime(t *testing.T) {
	dir := spooled(t, "one")
	server := newReceiver(t, always(204))
	mark := markOf(Child{Guard: testGuard}, time.Now().Add(-childLimit))
	result, err := RunChild(t.Context(), mark, Config{Dir: dir}, trackTarget(dir, server.URL))
	if err == nil || result.Requests != 0 {
		t.Errorf("%+v, %v, want nothing", result, err)
	}
	if st := newStore(dir).read(time.Now()); st.Launches[strings.Repeat("a", 16)].Reported.IsZero() {
		t.Error("it did not report for duty")
	}
}

func markOf(c Child, at time.Time) string {
	_, mark, _ := strings.Cut(c.environment(strings.Repeat("a", 16), at)[0], "=")
	return mark
}

func TestChildDeadline(t *testing.T) {
	now := time.Now()
	if d := childDeadline(now, now).Sub(now); d >= childLimit || d < childLimit/2 {
		t.Errorf("%v", d)
	}
	if d := childDeadline(now.Add(time.Hour), now).Sub(now); d >= childLimit {
		t.Errorf("launched in the future: %v", d)
	}
}

func TestMarks(t *testing.T) {
	for _, mark := range []string{"", "1", "true", ".1", "aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa.", "aaaaaaaaaaaaaaaa.x", "aaa.1700000000000"} {
		if _, _, ok := parseMark(mark); ok {
			t.Errorf("%q is taken for a mark", mark)
		}
		if IsChild(mark) {
			t.Errorf("%q makes a child", mark)
		}
		if _, err := RunChild(t.Context(), mark, Config{}); !errors.Is(err, errNotChild) {
			t.Errorf("%q: %v", mark, err)
		}
	}
	at := time.UnixMilli(time.Now().UnixMilli())
	if key, launched, ok := parseMark(markOf(Child{Guard: "X"}, at)); !ok || key != strings.Repeat("a", 16) || !launched.Equal(at) {
		t.Errorf("%s %v %v", key, launched, ok)
	}
}

// A child that comes late is still a child: it must not do the program's work.
func TestMarksDoNotAge(t *testing.T) {
	for _, age := range []time.Duration{0, childLimit, time.Hour, 50 * 365 * 24 * time.Hour, -time.Hour} {
		if !IsChild(markOf(Child{Guard: "X"}, time.Now().Add(-age))) {
			t.Errorf("not a child %v after its launch", age)
		}
	}
}

// Right after a launch nothing is due, which is found out without the state. The
// pause does not outlive its time, and a clock that moved makes none.
func TestNotDueAfterALaunch(t *testing.T) {
	dir := spooled(t, "one")
	u := New(Config{Dir: dir}, trackTarget(dir, "http://127.0.0.1:9"))
	defer closeNow(t, u)
	now := time.Now()
	if !u.Due(now) {
		t.Fatal("a record waits, and nothing is due")
	}
	if err := u.enter(strings.Repeat("a", 16), now); err != nil {
		t.Fatal(err)
	}
	for after, want := range map[time.Duration]bool{
		0: false, launchPause - time.Second: false, launchPause + time.Second: true, -time.Hour: true,
	} {
		if got := u.Due(now.Add(after)); got != want {
			t.Errorf("%v after a launch it is due: %v", after, got)
		}
	}
}
