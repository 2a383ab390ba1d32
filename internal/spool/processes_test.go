package spool

import (
	"bufio"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

var kills = flag.Int("kills", 25, "how many processes the kill tests kill")

// runChild is the life of another process of the spool in args[0].
func runChild(role string, args []string) int {
	dir, id := args[0], args[1]
	switch role {
	case "write": // until it is killed; a line on stdout means that the record is on disk
		q := Open(dir, Limits{Bytes: 1 << 40})
		var said []string
		for i := 0; ; i++ {
			said = append(said, writeOne(q, fmt.Sprintf("%s.%d", id, i)))
			if len(q.memory.frames) == 0 { // or the disk was slow a moment ago
				fmt.Println(strings.Join(said, "\n"))
				said = nil
			}
		}
	case "deliver": // until nothing waits or it is killed; a line on stdout is a delivery
		return deliverAll(Open(dir, Limits{Bytes: 1 << 40}))
	case "runs": // short runs
		records, _ := strconv.Atoi(args[2])
		for i := range 6 {
			q := Open(dir, Limits{Records: records})
			for j := range 10 {
				fmt.Println(writeOne(q, fmt.Sprintf("%s.%d.%d", id, i, j)))
			}
			if q.Close() != nil {
				return 1
			}
		}
		return 0
	}
	return 2
}

func writeOne(q *Queue, id string) string {
	q.Append(Record{Body: append([]byte(id+" "), make([]byte, rand.IntN(6000))...)})
	return id
}

func deliverAll(q *Queue) int {
	for {
		b, err := q.Next(3, 1<<20)
		if err != nil {
			return 1
		}
		if b == nil {
			return 0
		}
		for _, r := range b.Records {
			fmt.Println(idOf(string(r.Body)))
		}
		if b.Done(0) != nil {
			return 1
		}
	}
}

func idOf(body string) string { id, _, _ := strings.Cut(body, " "); return id }

// child is a process of this test binary.
type child struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
}

func startChild(t testing.TB, role string, args ...string) child {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), childVar+"="+role)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return child{cmd, bufio.NewScanner(out)}
}

// killAfter reads n lines, kills the process and returns all lines it has written; whole ones, since the last may be cut.
func (c child) killAfter(n int) []string {
	var lines []string
	for len(lines) < n && c.lines.Scan() {
		lines = append(lines, c.lines.Text())
	}
	_ = c.cmd.Process.Kill()
	lines = append(lines, c.rest()...)
	return lines
}

func (c child) rest() []string {
	var lines []string
	for c.lines.Scan() {
		lines = append(lines, c.lines.Text())
	}
	_ = c.cmd.Wait()
	return lines
}

// Whatever was acknowledged is delivered, whenever writers and uploaders are killed; at most the one record that
// a killed writer was writing comes without having been acknowledged.
func TestKill(t *testing.T) {
	dir := queueDir(t)
	var acknowledged, delivered []string
	for i := range *kills {
		writers := []child{startChild(t, "write", dir, fmt.Sprintf("w%d", i)), startChild(t, "write", dir, fmt.Sprintf("v%d", i))}
		uploader := startChild(t, "deliver", dir, "")
		for _, w := range writers {
			acknowledged = append(acknowledged, w.killAfter(rand.IntN(60))...)
		}
		delivered = append(delivered, uploader.killAfter(rand.IntN(60))...)
	}
	q := openQueue(t, dir, Limits{Bytes: 1 << 40})
	for _, body := range drain(t, q) {
		delivered = append(delivered, idOf(body))
	}
	checkDelivered(t, acknowledged, delivered, 2**kills)
	if q.Dropped() != 0 {
		t.Errorf("%d counted as dropped", q.Dropped())
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("%d files left", len(left))
	}
	t.Logf("%d acknowledged, %d deliveries", len(acknowledged), len(delivered))
}

// checkDelivered checks that everything acknowledged was delivered, and that no more than inFlight others were.
func checkDelivered(t *testing.T, acknowledged, delivered []string, inFlight int) {
	t.Helper()
	got := map[string]bool{}
	for _, id := range delivered {
		got[id] = true
	}
	lost := 0
	for _, id := range acknowledged {
		if !got[id] {
			lost++
			t.Logf("lost: %s", id)
		}
		delete(got, id)
	}
	if lost > 0 || len(acknowledged) == 0 {
		t.Errorf("%d of %d acknowledged records are lost", lost, len(acknowledged))
	}
	if len(got) > inFlight {
		t.Errorf("%d records that nobody acknowledged", len(got))
	}
}

// Processes that write and one that delivers, all at once: everything comes, and once.
func TestProcesses(t *testing.T) {
	dir := queueDir(t)
	acknowledged := runProcesses(t, dir, 6, 0)
	q := openQueue(t, dir, Limits{})
	var delivered []string
	take := func() {
		for _, body := range drain(t, q) {
			delivered = append(delivered, idOf(body))
		}
	}
	for range 20 {
		take()
	}
	want := acknowledged()
	take()
	slices.Sort(want)
	slices.Sort(delivered)
	if !slices.Equal(want, delivered) {
		t.Errorf("%d acknowledged, %d delivered", len(want), len(delivered))
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("%d files left", len(left))
	}
}

// The limit holds over processes, and what is missing is counted. Two that close at the same moment may each pass over
// what the other still holds; the next append puts that right.
func TestProcessesOverLimit(t *testing.T) {
	dir := queueDir(t)
	const limit = 50
	want := len(runProcesses(t, dir, 6, limit)())
	if got := len(files(t, dir)); got > 30 {
		t.Errorf("%d files", got)
	}
	q := openQueue(t, dir, Limits{Records: limit})
	appendText(q, "p9-one-more")
	want++
	got := len(drain(t, q))
	if got > limit || got < limit/2 {
		t.Errorf("%d records, the limit is %d", got, limit)
	}
	if n := q.Dropped(); int64(got)+n != int64(want) {
		t.Errorf("%d written, %d delivered, %d dropped: %d unaccounted for", want, got, n, int64(want)-int64(got)-n)
	}
}

// runProcesses starts n processes of short runs; the returned function waits and returns what was acknowledged.
func runProcesses(t *testing.T, dir string, n, records int) func() []string {
	t.Helper()
	var all []string
	var guard sync.Mutex
	var running sync.WaitGroup
	for i := range n {
		c := startChild(t, "runs", dir, fmt.Sprintf("p%d", i), strconv.Itoa(records))
		running.Go(func() {
			lines := c.rest()
			guard.Lock()
			defer guard.Unlock()
			all = append(all, lines...)
		})
	}
	return func() []string { running.Wait(); return all }
}
