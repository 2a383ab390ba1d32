package upload

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestJudge(t *testing.T) {
	tests := []struct {
		status, n int
		want      Fate
	}{
		{200, 1, Delivered}, {202, 9, Delivered}, {299, 1, Delivered},
		{0, 1, Kept}, {101, 1, Kept}, {300, 1, Kept}, {308, 1, Kept}, {304, 1, Kept},
		{400, 1, Dropped}, {400, 9, Again}, {401, 1, Kept}, {403, 1, Kept}, {404, 1, Dropped}, {407, 1, Kept}, {408, 1, Kept},
		{410, 1, Dropped}, {413, 1, Dropped}, {413, 2, Again}, {422, 1, Dropped}, {422, 2, Again}, {404, 9, Dropped}, {425, 1, Kept}, {429, 5, Kept}, {499, 1, Dropped},
		{500, 1, Kept}, {501, 1, Kept}, {503, 1, Kept}, {599, 1, Kept}, {600, 1, Kept}, {999, 1, Kept},
	}
	for _, tt := range tests {
		if got := judge(tt.status, tt.n); got != tt.want {
			t.Errorf("%d for %d: %v, want %v", tt.status, tt.n, got, tt.want)
		}
	}
}

func TestDelays(t *testing.T) {
	tests := []struct {
		name     string
		delay    func(int, float64) time.Duration
		failures int
		low      time.Duration
		high     time.Duration
	}{
		{"first", jittered, 1, backoffFloor, time.Second},
		{"second", jittered, 2, backoffFloor, 2 * time.Second},
		{"tenth", jittered, 10, backoffFloor, 512 * time.Second},
		{"thousandth", jittered, 1000, backoffFloor, time.Hour},
		{"none", jittered, 0, backoffFloor, time.Second},
		{"first to mend", mendDelay, 1, 15 * time.Minute, 22*time.Minute + 30*time.Second},
		{"second to mend", mendDelay, 2, 30 * time.Minute, 45 * time.Minute},
		{"thousandth to mend", mendDelay, 1000, time.Hour, 90 * time.Minute},
	}
	for _, tt := range tests {
		if low, high := tt.delay(tt.failures, 0), tt.delay(tt.failures, 1); low != tt.low || high != tt.high {
			t.Errorf("%s: %v to %v, want %v to %v", tt.name, low, high, tt.low, tt.high)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	tests := map[string]time.Duration{
		"":                              0,
		"0":                             0,
		"120":                           2 * time.Minute,
		"-5":                            0,
		"1.5":                           0,
		"86401":                         retryCap,
		"18446744073709551616":          retryCap,
		"Sun, 01 Mar 2026 12:01:00 GMT": time.Minute,
		"Sun, 01 Mar 2026 11:00:00 GMT": 0,
		"Sun, 01 Mar 2099 12:00:00 GMT": retryCap,
		"tomorrow":                      0,
	}
	for value, want := range tests {
		if got := retryAfter(http.Header{"Retry-After": {value}}, now); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}

// What one process learned holds for the next, and is forgotten on success.
func TestBackoffSurvivesTheProcess(t *testing.T) {
	dir := spooled(t, "one")
	server := newReceiver(t, func(n int) int { return []int{429, 200}[n-1] }, "Retry-After", "3600")
	first := New(Config{Dir: dir}, trackTarget(dir, server.URL))
	flush(t, first)
	closeNow(t, first)

	for _, force := range []bool{false, true} {
		u := New(Config{Dir: dir, Force: force}, trackTarget(dir, server.URL))
		if u.Due(time.Now()) {
			t.Error("due in spite of Retry-After")
		}
		if result, err := flush(t, u); result.Requests != 0 || err != nil || result.Next.IsZero() {
			t.Errorf("%+v, %v", result, err)
		}
		if s := u.Status()[0]; s.Status != 429 || s.Failures != 1 || time.Until(s.Until) < 59*time.Minute {
			t.Errorf("%+v", s)
		}
		closeNow(t, u)
	}

	second := New(Config{Dir: dir}, trackTarget(dir, server.URL))
	defer closeNow(t, second)
	editHistory(t, second, func(h *history) { h.Until = time.Now() })
	if !second.Due(time.Now()) {
		t.Error("not due when the time is over")
	}
	if result, err := flush(t, second); result.Delivered != 1 || err != nil {
		t.Errorf("%+v, %v", result, err)
	}
	if h := newStore(dir).read(time.Now()).Targets[second.targets[0].place]; h.Failures != 0 || !h.Until.IsZero() || h.Delivered.IsZero() {
		t.Errorf("%+v", h)
	}
}

func editHistory(t *testing.T, u *Uploader, change func(*history)) {
	t.Helper()
	err := u.store.edit(t.Context(), func(st state) error {
		h := st.Targets[u.targets[0].place]
		change(&h)
		st.Targets[u.targets[0].place] = h
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestForceIgnoresOurOwnBackoff(t *testing.T) {
	dir := spooled(t, "one")
	server := newReceiver(t, func(n int) int { return []int{401, 200}[n-1] })
	for i, want := range []Result{{Requests: 1}, {}, {Requests: 1}} {
		u := New(Config{Dir: dir, Force: i == 2}, trackTarget(dir, server.URL))
		if result, _ := flush(t, u); result.Requests != want.Requests {
			t.Errorf("run %d: %+v", i, result)
		}
		closeNow(t, u)
	}
}

// An endpoint that was changed has done nothing wrong yet.
// What one endpoint asked for holds also after another one had its turn.
func TestEachEndpointHasItsHistory(t *testing.T) {
	dir := t.TempDir()
	held, up := newReceiver(t, always(429), "Retry-After", "3600"), newReceiver(t, always(200))
	for _, url := range []string{held.URL, up.URL, held.URL} {
		refill(t, dir, "more")
		u := New(Config{Dir: dir}, trackTarget(dir, url))
		flush(t, u)
		closeNow(t, u)
	}
	if n := len(held.received()); n != 1 {
		t.Errorf("%d requests to an endpoint that asked for an hour's pause", n)
	}
	if len(up.received()) == 0 {
		t.Error("an endpoint was held back for another one")
	}
}

func TestHistoriesAreBounded(t *testing.T) {
	now := time.Now()
	s := newStore(t.TempDir())
	for i := range 3 * maxHistories {
		s.record(t.Context(), strconv.Itoa(i), history{Time: now.Add(time.Duration(i)), Failures: i + 1})
	}
	got := newStore(s.dir).read(now).Targets
	if len(got) != maxHistories || got[strconv.Itoa(3*maxHistories-1)].Failures != 3*maxHistories {
		t.Errorf("%d histories: %v", len(got), got)
	}
}

func TestClocksThatMoved(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name string
		h    history
		held bool
	}{
		{"past", history{Until: now.Add(-time.Hour)}, false},
		{"now", history{Until: now}, false},
		{"soon", history{Until: now.Add(time.Minute)}, true},
		{"in an hour", history{Until: now.Add(90 * time.Minute)}, true},
		{"in two hours, of our own", history{Until: now.Add(2 * time.Hour)}, false},
		{"in a day", history{Until: now.Add(24 * time.Hour), Asked: true}, true},
		{"in a year", history{Until: now.AddDate(1, 0, 0), Asked: true}, false},
	}
	for _, tt := range tests {
		if got := !tt.h.heldUntil(now, false).IsZero(); got != tt.held {
			t.Errorf("%s: held %v, want %v", tt.name, got, tt.held)
		}
	}
	own := history{Time: now, Failures: 1}
	if got := newer(own, history{Time: now.AddDate(1, 0, 0)}, now); got != own {
		t.Error("a result from the future wins")
	}
	if got := newer(own, history{Time: now.Add(-time.Second)}, now); got != own {
		t.Error("an older result wins")
	}
	if got := newer(own, history{Time: now.Add(time.Second)}, now); got == own {
		t.Error("a newer result loses")
	}
}

func TestGarbageStateIsFresh(t *testing.T) {
	for _, text := range []string{
		"", "{", "null", "[]", `"x"`, "\x00\xff", `{"version":99,"targets":{"track":{"failures":9}}}`,
		`{"version":1,"targets":[]}`, `{"version":1,"targets":{"track":{"until":"never"}}}`, strings.Repeat("[", 1<<20),
	} {
		dir := spooled(t, "one")
		if err := os.WriteFile(filepath.Join(dir, "state.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		server := newReceiver(t, always(200))
		u := New(Config{Dir: dir}, trackTarget(dir, server.URL))
		if result, err := flush(t, u); result.Delivered != 1 || err != nil {
			t.Errorf("%.20q: %+v, %v", text, result, err)
		}
		closeNow(t, u)
	}
}

// The file is for eyes of its owner only and never says where to or what.
func TestStateFile(t *testing.T) {
	dir := spooled(t, "SECRET-BODY")
	server := newReceiver(t, always(500))
	target := trackTarget(dir, server.URL+"/PATH?key=SECRET-QUERY")
	target.Sign = func(r *http.Request) error { r.Header.Set("Authorization", "SECRET-KEY"); return nil }
	u := New(Config{Dir: dir}, target)
	flush(t, u)
	closeNow(t, u)
	data, err := os.ReadFile(filepath.Join(dir, "state.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, no := range []string{"SECRET", "PATH", "127.0.0.1", "http"} {
		if strings.Contains(string(data), no) {
			t.Errorf("the state file has %q: %s", no, data)
		}
	}
	if !json.Valid(data) {
		t.Errorf("%s", data)
	}
	names := map[string]string{}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		info, _ := e.Info()
		names[e.Name()] = info.Mode().Perm().String()
	}
	want := map[string]string{"state.json": "-rw-------", "state.lock": "-rw-------", "upload.lock": "-rw-------", "track": "-rwx------"}
	if d := cmp.Diff(want, names); d != "" {
		t.Error(d)
	}
}

// Where nothing can be written, this process still knows what it learned.
func TestStateWithoutADisk(t *testing.T) {
	for _, dir := range []string{"", filepath.Join(t.TempDir(), "missing")} {
		server := newReceiver(t, always(401))
		q := queueWith("1")
		u := uploaderFor(Config{Dir: dir}, Target{Name: "x", URL: server.URL}, q)
		for range 3 {
			flush(t, u)
		}
		if got := len(server.received()); got != 1 {
			t.Errorf("%q: %d requests", dir, got)
		}
		if u.Status()[0].Failures == 0 {
			t.Errorf("%q: nothing was remembered", dir)
		}
		closeNow(t, u)
		if _, err := os.Stat(dir); dir != "" && err == nil {
			t.Errorf("%s was made", dir)
		}
	}
}

func TestOneUploaderAtATime(t *testing.T) {
	dir := spooled(t, "one")
	entered, leave := make(chan struct{}), make(chan struct{})
	transport := roundTrip(func(*http.Request) (*http.Response, error) {
		close(entered)
		<-leave
		return status(200), nil
	})
	first := New(Config{Dir: dir, Transport: transport.RoundTrip}, trackTarget(dir, anywhere))
	second := New(Config{Dir: dir}, trackTarget(dir, anywhere))
	over := make(chan Result)
	go func() { r, _ := first.Flush(t.Context()); over <- r }()
	<-entered
	if _, err := flush(t, second); !errors.Is(err, ErrBusy) {
		t.Errorf("the second one: %v", err)
	}
	if second.Due(time.Now()) {
		t.Error("another one is due")
	}
	close(leave)
	if r := <-over; r.Delivered != 1 {
		t.Errorf("%+v", r)
	}
	if second.Due(time.Now()) || second.Pending() {
		t.Error("something is left")
	}
	closeNow(t, first)
	closeNow(t, second)
}

// A busy program does not write the file with every success.
func TestRoutineIsNotSavedEachTime(t *testing.T) {
	now := time.Now()
	s := newStore(t.TempDir())
	good := history{Time: now, Status: 200}
	s.record(t.Context(), "x", good)
	if s.isLate() {
		t.Fatal("the first result was not saved")
	}
	s.record(t.Context(), "x", good)
	if !s.isLate() {
		t.Error("a routine result was saved at once")
	}
	good.Coding = gzipCoding
	s.record(t.Context(), "x", good)
	if s.isLate() {
		t.Error("what the endpoint takes was not saved")
	}
	s.record(t.Context(), "x", history{Time: now, Status: 500, Failures: 1})
	if s.isLate() {
		t.Error("a failure was not saved")
	}
	s.record(t.Context(), "x", good)
	if s.isLate() {
		t.Error("the end of a failure was not saved")
	}
}

// Targets that end together are in the file together, at whatever point of
// saving the first the second comes.
func TestResultsOfOneMomentAreAllSaved(t *testing.T) {
	dir := t.TempDir()
	s := newStore(dir)
	for round := range 100 {
		now := time.Now()
		failed := history{Time: now, Failures: round + 1}
		var group sync.WaitGroup
		group.Go(func() { s.record(t.Context(), "first", failed) })
		group.Go(func() {
			for range round * 10 {
				runtime.Gosched()
			}
			s.record(t.Context(), "second", failed)
		})
		group.Wait()
		for _, name := range []string{"first", "second"} {
			if h := newStore(dir).read(now).Targets[name]; h.Failures != failed.Failures {
				t.Fatalf("round %d: of %s there is %+v", round, name, h)
			}
		}
	}
}

func FuzzState(f *testing.F) {
	f.Add([]byte(`{"version":1,"targets":{"x":{"until":"2026-03-01T12:00:00Z","failures":-1}},"launches":{"a":{}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		st := parseState(data)
		now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		for name := range st.Targets {
			h := st.Targets[name].failed(outcome{}, now, 1)
			if until := h.heldUntil(now, false); until.Sub(now) > retryCap || until.IsZero() {
				t.Errorf("held until %v", until)
			}
		}
		_ = st.launch("a", now)
	})
}
