package spool_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/otelbridge/otelbridge-go/internal/spool"
)

// A route sends into the queue as if it were the network; an uploader takes from it.
func Example() {
	dir, err := os.MkdirTemp("", "spool")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	queue := spool.Open(filepath.Join(dir, "track"), spool.Limits{Records: 256})
	defer queue.Close()

	client := http.Client{Transport: queue}
	resp, err := client.Post("http://127.0.0.1/v1/track", "application/json", strings.NewReader(`{"event":"run"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	resp.Body.Close()
	fmt.Println(resp.Status)

	batch, err := queue.Next(10, 1<<20)
	if err != nil || batch == nil {
		fmt.Println("nothing waits", err)
		return
	}
	for _, record := range batch.Records {
		req, _ := http.NewRequest(http.MethodPost, "http://127.0.0.1/now", strings.NewReader(string(record.Body)))
		fmt.Printf("%s %s: %s\n", req.Method, record.ContentType, record.Body)
	}
	if err := batch.Done(0); err != nil {
		fmt.Println(err)
	}
	fmt.Println(queue.Stats().Records, "left")
	// Output:
	// 200 OK
	// POST application/json: {"event":"run"}
	// 0 left
}

// One process at a time does the work.
func ExampleTryLock() {
	dir, err := os.MkdirTemp("", "spool")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "upload.lock")

	lock, ok, err := spool.TryLock(path)
	fmt.Println("first:", ok, err)
	_, again, err := spool.TryLock(path)
	fmt.Println("second:", again, err)
	if err := lock.Unlock(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// first: true <nil>
	// second: false <nil>
}
