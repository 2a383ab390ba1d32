package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/spool"
	"github.com/otelbridge/otelbridge-go/internal/upload"
)

// roomy limits let nothing be dropped, so that whatever is missing is a loss.
var roomy = spool.Limits{Bytes: 1 << 30}

// TestKill kills writers and uploaders at random moments. What a writer was told
// is stored arrives; the queue stays readable; what arrives twice is the same
// byte for byte.
func TestKill(t *testing.T) {
	skipShort(t)
	hostProgram(t) // written before anything else forks, which would keep it busy
	t.Parallel()
	rounds := either(50, 500) // each kills a writer and an uploader
	dir := t.TempDir()
	server := newCollector(t)
	var acknowledged []string
	for n := range rounds {
		acknowledged = append(acknowledged, killBoth(t, dir, server.URL, n)...)
	}
	q := spool.Open(filepath.Join(dir, "track"), roomy)
	u := uploader(dir, server.URL, q)
	deliver(t, u)
	if dropped := q.Dropped(); dropped > 0 {
		t.Errorf("%d records were damaged", dropped)
	}
	server.mu.Lock()
	defer server.mu.Unlock()
	lost := 0
	for _, id := range acknowledged {
		if server.bodies[id] == "" {
			lost++
		}
	}
	t.Logf("%d kills, %d records acknowledged, %d arrived, %d repeats", 2*rounds, len(acknowledged), len(server.bodies), server.repeats)
	if len(acknowledged) == 0 || lost > 0 || server.different > 0 {
		t.Errorf("of %d acknowledged records %d were lost; %d repeats differ from the first", len(acknowledged), lost, server.different)
	}
}

// killBoth lets a writer and an uploader work for a few milliseconds and returns
// what the writer was told is stored.
func killBoth(t *testing.T, dir, url string, n int) []string {
	writer := play(t, "TestWriterProcess", "writer", "E2E_DIR="+dir, fmt.Sprint("E2E_N=", n))
	sender := play(t, "TestUploaderProcess", "uploader", "E2E_DIR="+dir, "E2E_URL="+url)
	if err := sender.Start(); err != nil {
		t.Fatal(err)
	}
	stored := lines(t, writer)
	var ids []string
	if stored.Scan() { // or it ended at once, and the test fails for want of records
		ids = append(ids, stored.Text())
	}
	var group sync.WaitGroup
	group.Go(func() {
		for stored.Scan() {
			ids = append(ids, stored.Text())
		}
	})
	time.Sleep(rand.N(20 * time.Millisecond))
	_ = writer.Process.Kill()
	_ = sender.Process.Kill()
	group.Wait()
	_ = writer.Wait()
	_ = sender.Wait()
	return ids
}

// TestWriterProcess appends records until it is killed, and prints the id of
// each when it is stored.
func TestWriterProcess(t *testing.T) {
	role(t, "writer")
	q := spool.Open(filepath.Join(os.Getenv("E2E_DIR"), "track"), roomy)
	for i := 0; ; i++ {
		id := fmt.Sprintf("%s-%d", os.Getenv("E2E_N"), i)
		body, _ := json.Marshal(map[string]string{"messageId": id, "text": string(make([]byte, rand.N(500)))})
		q.Append(spool.Record{ContentType: "application/json", Body: body})
		if q.Stats().InMemory == 0 {
			fmt.Println(id)
		}
	}
}

// TestUploaderProcess delivers until it is killed.
func TestUploaderProcess(t *testing.T) {
	role(t, "uploader")
	dir := os.Getenv("E2E_DIR")
	u := uploader(dir, os.Getenv("E2E_URL"), spool.Open(filepath.Join(dir, "track"), roomy))
	for {
		_, _ = u.Flush(context.Background())
	}
}

func uploader(dir, url string, q *spool.Queue) *upload.Uploader {
	return upload.New(upload.Config{Dir: dir}, upload.Target{Name: "track", Queue: q, URL: url, MaxJoin: 20, Join: joined})
}

func joined(bodies [][]byte) []byte {
	all := []byte("[")
	for i, b := range bodies {
		if i > 0 {
			all = append(all, ',')
		}
		all = append(all, b...)
	}
	return append(all, ']')
}

// deliver sends all there is.
func deliver(t *testing.T, u *upload.Uploader) {
	t.Helper()
	for more := true; more; {
		result, err := u.Flush(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		more = result.More
	}
	if err := u.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// collector keeps what arrives by id.
type collector struct {
	*httptest.Server
	mu                 sync.Mutex
	bodies             map[string]string
	repeats, different int
}

func newCollector(t *testing.T) *collector {
	c := &collector{bodies: map[string]string{}}
	c.Server = httptest.NewServer(c)
	t.Cleanup(c.Close)
	return c
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var batch []json.RawMessage
	if err != nil || json.Unmarshal(body, &batch) != nil {
		w.WriteHeader(http.StatusServiceUnavailable) // a sender that was killed meanwhile
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, one := range batch {
		var m struct{ MessageID string }
		_ = json.Unmarshal(one, &m)
		before, again := c.bodies[m.MessageID]
		if again {
			c.repeats++
		}
		if again && before != string(one) {
			c.different++
		}
		c.bodies[m.MessageID] = string(one)
	}
}
