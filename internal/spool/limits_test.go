package spool

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLimitRecords(t *testing.T) {
	for _, limit := range []int{1, 2, 3, 10, 64, 256} {
		for _, n := range []int{limit - 1, limit, limit + 1, 3*limit + 2} {
			t.Run(fmt.Sprintf("%d of %d", n, limit), func(t *testing.T) {
				q := openQueue(t, queueDir(t), Limits{Records: limit})
				appendNumbers(q, 1, n)
				wantDropped := modelDrops(n, limit)
				if got := q.Dropped(); got != int64(wantDropped) {
					t.Errorf("Dropped = %d, want %d", got, wantDropped)
				}
				if diff := cmp.Diff(numbers(wantDropped+1, n), drain(t, q)); n > 0 && diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// modelDrops is how many of n records go from a queue of a limit: the oldest, up to half a segment more than needed at
// once where that is worth it, but none of the next segment.
func modelDrops(n, limit int) int {
	segment, slack := max(limit/4, 1), 0
	if limit >= 128 {
		slack = segment / 2
	}
	live, dropped := 0, 0
	for range n {
		if live == limit {
			drop := min(1+slack, segment-dropped%segment)
			live -= drop
			dropped += drop
		}
		live++
	}
	return dropped
}

func TestLimitBytes(t *testing.T) {
	const size = 1000
	q := openQueue(t, queueDir(t), Limits{Bytes: 20 * size})
	body := strings.Repeat("x", size-frameMin-2)
	for i := range 75 {
		appendText(q, fmt.Sprintf("%02d", i)+body)
		if st := q.Stats(); st.Bytes > 20*size || (i >= 20 && st.Bytes != 20*size) {
			t.Fatalf("after %d: %+v", i, st)
		}
	}
	got := drain(t, q)
	if len(got) != 20 || got[0][:2] != "55" || got[19][:2] != "74" || q.Dropped() != 55 {
		t.Errorf("%d records from %s on, %d dropped", len(got), got[0][:2], q.Dropped())
	}
}

func TestRecordLargerThanQueue(t *testing.T) {
	q := openQueue(t, queueDir(t), Limits{Bytes: 1000})
	appendText(q, "small", strings.Repeat("x", 1000-frameMin+1))
	if diff := cmp.Diff([]string{"small"}, drain(t, q)); diff != "" || q.Dropped() != 1 {
		t.Errorf("dropped %d\n%s", q.Dropped(), diff)
	}
	fits := strings.Repeat("x", 1000-frameMin)
	appendText(q, "small", fits)
	if got := drain(t, q); len(got) != 1 || got[0] != fits || q.Dropped() != 2 {
		t.Errorf("%d records, %d dropped", len(got), q.Dropped())
	}
}

func TestLimitMemory(t *testing.T) {
	for _, test := range []struct {
		limits Limits
		want   int
	}{
		{Limits{}, 256},
		{Limits{Records: 10}, 10},
		{Limits{Records: 1000, Bytes: 30 * (frameMin + 4)}, 30},
	} {
		q := Open("", test.limits)
		appendNumbers(q, 1000, 1999)
		if got := q.Dropped(); got != int64(1000-test.want) {
			t.Errorf("%+v: Dropped = %d", test.limits, got)
		}
		if diff := cmp.Diff(numbers(2000-test.want, 1999), drain(t, q)); diff != "" {
			t.Errorf("%+v: %s", test.limits, diff)
		}
	}
}

// What is in a batch is neither trimmed nor lost, in memory as on disk.
func TestLimitWhileBatchIsOut(t *testing.T) {
	for name, dir := range map[string]string{"disk": queueDir(t), "memory": ""} {
		t.Run(name, func(t *testing.T) {
			q := openQueue(t, dir, Limits{Records: 8})
			appendNumbers(q, 1, 8)
			b := next(t, q, 8)
			appendNumbers(q, 11, 30)
			if diff := cmp.Diff(numbers(1, 8), bodies(b)); diff != "" {
				t.Error(diff)
			}
			if err := b.Done(0); err != nil {
				t.Fatal(err)
			}
			rest := drain(t, q)
			if len(rest) == 0 || len(rest) > 8 || rest[len(rest)-1] != "30" || int64(len(rest))+q.Dropped() != 20 {
				t.Errorf("after the batch: %q, %d dropped", rest, q.Dropped())
			}
		})
	}
}

// Nothing is dropped because of room that others have made since this writer last looked.
func TestNoNeedlessDrop(t *testing.T) {
	dir := queueDir(t)
	writer := openQueue(t, dir, Limits{Records: 40})
	reader := openQueue(t, dir, Limits{Records: 40})
	appendNumbers(writer, 1, 40)
	if err := next(t, reader, 15).Done(0); err != nil {
		t.Fatal(err)
	}
	appendNumbers(writer, 41, 55)
	if n := writer.Dropped(); n != 0 {
		t.Errorf("%d dropped although there was room", n)
	}
	if diff := cmp.Diff(numbers(16, 55), drain(t, writer)); diff != "" {
		t.Error(diff)
	}
}

// Nor because of what has left a segment that is kept to be used again.
func TestNoNeedlessDropForTheSpare(t *testing.T) {
	q := openQueue(t, queueDir(t), Limits{Records: 256})
	appendNumbers(q, 1, 194)
	if err := next(t, q, 1000).Release(); err != nil { // seals the own one
		t.Fatal(err)
	}
	appendNumbers(q, 195, 256)
	if err := next(t, q, 64).Done(0); err != nil { // the whole first one
		t.Fatal(err)
	}
	if q.spare == nil || q.view.records+q.own.head.records != 192 {
		t.Fatalf("spare %v, %d records elsewhere and %d in the own one, want 192 in all", q.spare, q.view.records, q.own.head.records)
	}
	appendNumbers(q, 257, 320)
	if n := q.Dropped(); n != 0 || q.view.shared {
		t.Errorf("%d dropped although there was room, shared %v", n, q.view.shared)
	}
	appendNumbers(q, 321, 321)
	if n := q.Dropped(); n == 0 {
		t.Error("nothing was dropped to make room")
	}
}

// How much is read to drop the oldest is what they need, however many may wait.
func TestStretch(t *testing.T) {
	s := &segment{size: headerSize + 1000*200, head: header{cursor: headerSize, records: 1000}}
	for _, tt := range []struct{ size, records, want int64 }{
		{100, -1, 300}, {100, math.MinInt64 + 5000, 300}, {100, 5, 1200}, {1 << 40, 0, countChunk}, {0, math.MaxInt64, countChunk},
	} {
		if got := s.stretch(tt.size, tt.records); got != tt.want {
			t.Errorf("stretch(%d, %d) = %d, want %d", tt.size, tt.records, got, tt.want)
		}
	}
}

func TestLimitOverProcesses(t *testing.T) {
	dir := queueDir(t)
	const processes, each, limit = 10, 9, 20
	var open []*Queue
	for p := range processes {
		q := Open(dir, Limits{Records: limit})
		appendNumbers(q, 100*p, 100*p+each-1)
		open = append(open, q)
	}
	for _, q := range open {
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
	}
	q := openQueue(t, dir, Limits{Records: limit})
	if got := len(drain(t, q)); got != limit {
		t.Errorf("%d records, want %d", got, limit)
	}
	if got := q.Dropped(); got != processes*each-limit {
		t.Errorf("Dropped = %d, want %d", got, processes*each-limit)
	}
}

func TestLimitAge(t *testing.T) {
	for name, dir := range map[string]string{"disk": queueDir(t), "memory": ""} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := openQueue(t, dir, Limits{Age: 48 * time.Hour})
				appendText(q, "a", "b")
				time.Sleep(24 * time.Hour)
				appendText(q, "c")
				time.Sleep(24*time.Hour + time.Second)
				if diff := cmp.Diff([]string{"c"}, drain(t, q)); diff != "" || q.Dropped() != 2 {
					t.Errorf("dropped %d\n%s", q.Dropped(), diff)
				}
			})
		})
	}
}

// A writer expires too, also when it only continues what others left.
func TestLimitAgeOnOpen(t *testing.T) {
	dir := queueDir(t)
	synctest.Test(t, func(t *testing.T) {
		first := Open(dir, Limits{})
		appendNumbers(first, 1, 5)
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(8 * 24 * time.Hour)
		q := openQueue(t, dir, Limits{})
		appendText(q, "new")
		if st := q.Stats(); st.Records != 1 || st.Dropped != 5 {
			t.Errorf("%+v, want 1 record, 5 dropped", st)
		}
		if got := files(t, dir); len(got) != 1 {
			t.Errorf("%d files, want 1", len(got))
		}
	})
}

// A segment that was open for a long time has an old name and young records.
func TestLimitAgeWithinSegment(t *testing.T) {
	dir := queueDir(t)
	synctest.Test(t, func(t *testing.T) {
		first := Open(dir, Limits{})
		appendText(first, "old")
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * 24 * time.Hour)
		second := Open(dir, Limits{})
		appendText(second, "young")
		if err := second.Close(); err != nil {
			t.Fatal(err)
		}
		if got := files(t, dir); len(got) != 1 {
			t.Fatalf("%d files, want the first one continued", len(got))
		}
		time.Sleep(5 * 24 * time.Hour)
		q := openQueue(t, dir, Limits{})
		if diff := cmp.Diff([]string{"young"}, drain(t, q)); diff != "" || q.Dropped() != 1 {
			t.Errorf("dropped %d\n%s", q.Dropped(), diff)
		}
	})
}

func TestClockJumps(t *testing.T) {
	const year = 365 * 24 * time.Hour
	for _, test := range []struct {
		name  string
		named time.Time // when the records were written, by the clock of then
		later time.Duration
		want  int
	}{
		{"clock went back a year", time.Now().Add(year), 0, 1},
		{"clock went back a year, and then a week passed", time.Now().Add(year), 8 * 24 * time.Hour, 0},
		{"clock was unset", time.Unix(1000, 0), 0, 1},
		{"clock was unset, and then a week passed", time.Unix(1000, 0), 8 * 24 * time.Hour, 0},
		{"clock was an hour ahead", time.Now().Add(time.Hour), 0, 1},
		{"a year passed", time.Now().Add(-year), 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := queueDir(t)
			s, err := createSegment(dirMade(t, dir), test.named)
			if err != nil {
				t.Fatal(err)
			}
			frame := beginFrame(nil, test.named, "", "")
			endFrame(frame)
			if _, err := s.append(frame, 1); err != nil {
				t.Fatal(err)
			}
			s.close()
			q := openQueue(t, dir, Limits{})
			now := time.Now()
			q.since = now // so that it continues nothing
			if err := q.look(now); err != nil {
				t.Fatal(err)
			}
			q.tidy(now)
			q.tidy(now.Add(test.later))
			if got := q.Stats().Records; got != test.want {
				t.Errorf("%d records wait, want %d", got, test.want)
			}
		})
	}
}

func dirMade(t testing.TB, dir string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestManyShortRunsFewFiles(t *testing.T) {
	dir := queueDir(t)
	for i := range 500 {
		q := Open(dir, Limits{})
		appendNumbers(q, i, i)
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
		if got := len(files(t, dir)); got > 1 {
			t.Fatalf("%d files after %d runs", got, i+1)
		}
	}
	if diff := cmp.Diff(numbers(0, 499), drain(t, openQueue(t, dir, Limits{}))); diff != "" {
		t.Error(diff)
	}
}

// TestWorkOfARunDoesNotGrow: a queue that short runs have filled has no more segments than one that a long run has, so
// that the next run looks at a few files, however much waits.
func TestWorkOfARunDoesNotGrow(t *testing.T) {
	dir := queueDir(t)
	limits := Limits{Bytes: 8 << 20}
	record := Record{Body: make([]byte, 16<<10)}
	for range 600 { // more than the queue holds
		q := Open(dir, limits)
		q.Append(record)
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if st := openQueue(t, dir, limits).Stats(); st.Bytes < limits.Bytes/2 || st.Bytes > limits.Bytes {
		t.Errorf("%d bytes wait in a full queue of %d", st.Bytes, limits.Bytes)
	}
	if n := len(files(t, dir)); n > 10 {
		t.Errorf("%d segments", n)
	}
}

// A long segment that a killed writer left would have to be walked to be continued; the next run begins its own, and the
// record is not lost.
func TestLongUnsealedSegmentIsNotContinued(t *testing.T) {
	for _, size := range []int{1 << 10, 2 * maxUnsealed} {
		dir := queueDir(t)
		killed := Open(dir, Limits{})
		killed.Append(Record{Body: make([]byte, size)})
		killed.own.close() // without a seal
		q := openQueue(t, dir, Limits{})
		appendText(q, "next")
		if continued := len(files(t, dir)) == 1; continued != (size < maxUnsealed) {
			t.Errorf("%d bytes: continued %v", size, continued)
		}
		if st := q.Stats(); st.Records != 2 {
			t.Errorf("%d bytes: %d records wait", size, st.Records)
		}
	}
}

func TestSegmentsRoll(t *testing.T) {
	dir := queueDir(t)
	q := openQueue(t, dir, Limits{Records: 40})
	appendNumbers(q, 1, 40)
	if got := len(files(t, dir)); got != 4 {
		t.Errorf("%d files for 40 records of a limit of 40, want 4", got)
	}
	synctest.Test(t, func(t *testing.T) {
		dir := filepath.Join(dir, "slow")
		q := openQueue(t, dir, Limits{})
		appendText(q, "a")
		time.Sleep(2 * time.Hour)
		appendText(q, "b")
		other := openQueue(t, dir, Limits{})
		if diff := cmp.Diff([]string{"a"}, drain(t, other)); diff != "" {
			t.Errorf("what another process can have of a quiet writer:\n%s", diff)
		}
	})
}

// A queue that is always full does not make and remove a file for each segment
// that it drops.
func TestFullQueueUsesFilesAgain(t *testing.T) {
	dir := t.TempDir()
	q := openQueue(t, dir, Limits{Records: 16})
	appendNumbers(q, 1, 4)
	first, err := os.Stat(files(t, dir)[0])
	if err != nil {
		t.Fatal(err)
	}
	appendNumbers(q, 5, 40)
	again := false
	for _, path := range files(t, dir) {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		again = again || os.SameFile(first, info)
	}
	if st := q.Stats(); !again || st.Records != 16 || st.Dropped != 24 {
		t.Errorf("used again: %v; %+v", again, st)
	}
}
