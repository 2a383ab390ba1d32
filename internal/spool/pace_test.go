package spool

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// appendSlowly appends as on a disk that takes its time. The queue has a segment open.
func appendSlowly(q *Queue, text string) {
	asked := time.Now()
	time.Sleep(slowWrite)
	frame := append(beginFrame(nil, asked, "", ""), text...)
	q.store(frame, asked)
}

// slowQueue has the record 1 on disk, and 2, which took its time.
func slowQueue(t *testing.T, dir string, limits Limits) *Queue {
	t.Helper()
	q := openQueue(t, dir, limits)
	appendNumbers(q, 1, 1)
	appendSlowly(q, "2")
	if st := q.Stats(); st.Records != 2 || st.InMemory != 0 {
		t.Fatalf("%+v, want both records on disk", st)
	}
	return q
}

// After a slow write the disk is left alone for a while. What came meanwhile follows, in order.
func TestSlowDiskIsSpared(t *testing.T) {
	dir := queueDir(t)
	synctest.Test(t, func(t *testing.T) {
		q := slowQueue(t, dir, Limits{})
		appendNumbers(q, 3, 5)
		if st := q.Stats(); st.Records != 5 || st.InMemory != 3 {
			t.Errorf("%+v, want 3 records in memory", st)
		}
		time.Sleep(diskPause)
		appendSlowly(q, "6")
		if st := q.Stats(); st.Records != 6 || st.InMemory != 0 {
			t.Errorf("later %+v, want all on disk", st)
		}
		appendNumbers(q, 7, 7)
		if st := q.Stats(); st.InMemory != 1 {
			t.Errorf("after it was slow again: %+v", st)
		}
		time.Sleep(diskPause)
		appendNumbers(q, 8, 9)
		if st := q.Stats(); st.InMemory != 0 {
			t.Errorf("after it was no longer slow: %+v", st)
		}
		if diff := cmp.Diff(numbers(1, 9), drain(t, q)); diff != "" {
			t.Error(diff)
		}
	})
}

// Nobody need stay for what a slow disk will have when the queue is closed, but for what it refused.
func TestInMemory(t *testing.T) {
	dir := queueDir(t)
	synctest.Test(t, func(t *testing.T) {
		q := slowQueue(t, dir, Limits{})
		appendNumbers(q, 3, 3)
		if q.InMemory() {
			t.Error("what a slow disk is spared counts as refused")
		}
		time.Sleep(diskPause)
		breakOwn(t, q, "closed")
		appendNumbers(q, 4, 4)
		if !q.InMemory() {
			t.Error("what the disk refused does not count")
		}
	})
}

// Neither waiting for others nor opening a segment is a slow write.
func TestWaitingIsNotSlow(t *testing.T) {
	dir := queueDir(t)
	synctest.Test(t, func(t *testing.T) {
		q := openQueue(t, dir, Limits{})
		asked := time.Now()
		appendSlowly(q, "1")
		if q.pace.slow {
			t.Error("opening counts")
		}
		q.store(append(beginFrame(nil, asked, "", ""), '2'), asked)
		if q.pace.slow {
			t.Error("waiting for another record counts")
		}
	})
}

// A slow disk loses nothing: when memory is full it goes to the disk, and not its oldest records.
func TestSlowDiskDropsNothing(t *testing.T) {
	dir := queueDir(t)
	synctest.Test(t, func(t *testing.T) {
		q := slowQueue(t, dir, Limits{})
		appendNumbers(q, 3, 2+maxMemoryRecords)
		if st := q.Stats(); st.InMemory != maxMemoryRecords {
			t.Errorf("%+v, want %d records in memory", st, maxMemoryRecords)
		}
		last := 3 + maxMemoryRecords
		appendNumbers(q, last, last)
		if st := q.Stats(); st.Records != last || st.InMemory != 0 || st.Dropped != 0 {
			t.Errorf("%+v, want all on disk", st)
		}
		if diff := cmp.Diff(numbers(1, last), drain(t, q)); diff != "" {
			t.Error(diff)
		}
	})
}

// The limits hold also for what comes from memory.
func TestSlowDiskLimits(t *testing.T) {
	dir := queueDir(t)
	synctest.Test(t, func(t *testing.T) {
		q := slowQueue(t, dir, Limits{Records: 8})
		appendNumbers(q, 3, 9)
		time.Sleep(diskPause)
		appendNumbers(q, 10, 10)
		if st := q.Stats(); st.Records != 8 || st.InMemory != 0 || st.Dropped != 2 {
			t.Errorf("%+v, want 8 records on disk, 2 dropped", st)
		}
		if diff := cmp.Diff(numbers(3, 10), drain(t, q)); diff != "" {
			t.Error(diff)
		}
	})
}

// Close writes what a slow disk was spared, and seals it.
func TestCloseOnSlowDisk(t *testing.T) {
	dir := queueDir(t)
	synctest.Test(t, func(t *testing.T) {
		q := slowQueue(t, dir, Limits{})
		appendNumbers(q, 3, 20)
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
		found := segmentsIn(t, dir)
		if e, err := inspect(found[0]); len(found) != 1 || err != nil || !e.sealed || e.records != 20 {
			t.Errorf("%d segments, the first is %+v, %v", len(found), e, err)
		}
		if diff := cmp.Diff(numbers(1, 20), drain(t, openQueue(t, dir, Limits{}))); diff != "" {
			t.Error(diff)
		}
	})
}

// A batch keeps what it has of memory; what is behind that goes to the disk.
func TestMemoryMovesBehindBatch(t *testing.T) {
	dir := queueDir(t)
	synctest.Test(t, func(t *testing.T) {
		q := slowQueue(t, dir, Limits{})
		appendNumbers(q, 3, 6)
		b := next(t, q, 4)
		time.Sleep(diskPause)
		appendNumbers(q, 7, 7)
		if st := q.Stats(); st.InMemory != 2 {
			t.Errorf("%+v, want in memory what is in the batch", st)
		}
		if diff := cmp.Diff(numbers(1, 4), bodies(b)); diff != "" {
			t.Error(diff)
		}
		if err := b.Release(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"1", "2", "5", "6", "7", "3", "4"}, drain(t, q)); diff != "" {
			t.Error(diff)
		}
	})
}

// All that memory holds are a few writes.
func TestChunks(t *testing.T) {
	for _, tt := range []struct {
		frames, size int
		most         int
		want         []int
	}{
		{256, 700, maxWrite, []int{256}},
		{200, 4 << 10, maxWrite, []int{64, 64, 64, 8}},
		{2, maxWrite + 1, maxWrite, []int{1, 1}},
		{3, 700, 0, []int{1, 1, 1}},
	} {
		t.Run(fmt.Sprint(tt.frames, tt.size, tt.most), func(t *testing.T) {
			var m memory
			for range tt.frames {
				m.push(make([]byte, tt.size), Limits{}.withDefaults())
			}
			var got []int
			for len(m.waiting()) > 0 {
				frames, n := m.chunk(tt.most)
				if len(frames) != n*tt.size {
					t.Errorf("%d bytes for %d frames", len(frames), n)
				}
				m.take(n)
				got = append(got, n)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || m.bytes != 0 {
				t.Errorf("%d bytes left\n%s", m.bytes, diff)
			}
		})
	}
}
