package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// receiver keeps what arrives.
type receiver struct {
	*httptest.Server
	status int
	came   chan struct{} // something did

	mu       sync.Mutex
	requests []string // path and body
}

type receiverKey struct{}

func startReceiver(status int) *receiver {
	r := &receiver{status: status, came: make(chan struct{}, 1)}
	r.Server = httptest.NewServer(r)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests = append(r.requests, req.Method+" "+req.URL.Path+" "+string(body))
	select {
	case r.came <- struct{}{}:
	default:
	}
	w.WriteHeader(r.status)
}

func (r *receiver) arrived() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.requests...)
}

// wait gives a child that was launched some time to deliver.
func (r *receiver) wait(n int) []string {
	limit := time.After(10 * time.Second)
	for len(r.arrived()) < n {
		select {
		case <-limit:
			return r.arrived()
		case <-r.came:
		}
	}
	return r.arrived()
}

func receiverCommand(ts *testscript.TestScript, _ bool, args []string) {
	status := http.StatusNoContent
	if len(args) > 0 {
		var err error
		status, err = strconv.Atoi(args[0])
		ts.Check(err)
	}
	r := startReceiver(status)
	ts.Defer(r.Close)
	ts.Setenv("RECEIVER", r.URL)
	held, _ := ts.Value(receiverKey{}).(**receiver)
	*held = r
}

func receivedCommand(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: received N")
	}
	held, _ := ts.Value(receiverKey{}).(**receiver)
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	all := (*held).wait(want)
	if len(all) != want {
		ts.Fatalf("%d requests arrived, want %s:\n%s", len(all), args[0], strings.Join(all, "\n"))
	}
	save(ts, "received", strings.Join(all, "\n")+"\n")
}
