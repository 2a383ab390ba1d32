package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"
)

var update = flag.Bool("update", false, "write what the scripts print into them")

func TestMain(m *testing.M) {
	testscript.Main(leakChecked{m}, map[string]func(){
		"otelbridge": main,
		"chess":      func() { os.Exit(chess(os.Getenv)) },
	})
}

// leakChecked fails the package when a test leaves a goroutine behind.
type leakChecked struct{ *testing.M }

func (m leakChecked) Run() int {
	code := m.M.Run()
	shared.remove()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// TestScripts runs the scripts in testdata/script. Beside the commands of
// testscript they have:
//
//	run CODE ARGS...             runs $PROGRAM, wants the exit code, leaves
//	                             files out and err
//	terminal CODE TYPED ARGS...  the same at a terminal where TYPED is typed once
//	                             a question is there; leaves a file screen
//	receiver [STATUS]            answers at $RECEIVER
//	received N                   wants so many requests, leaves a file received
//	disk DIR [OPTIONS]           mounts a small disk, if the condition disk holds
//	fill DIR                     leaves no room on its disk
//
// What changes from run to run is replaced in these files: see stable.
func TestScripts(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the scripts name the folders of Linux")
	}
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("testdata", "script"),
		UpdateScripts: *update,
		Setup:         setUp,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"run": runCommand, "terminal": terminalCommand, "receiver": receiverCommand, "received": receivedCommand,
			"disk": diskCommand, "fill": fillCommand,
		},
		Condition: condition,
	})
}

// setUp is the machine of a person who never heard of otelbridge, and keeps
// what is in this container if it is one.
func setUp(env *testscript.Env) error {
	home := filepath.Join(env.WorkDir, "home")
	env.Setenv("HOME", home)
	env.Setenv("PROGRAM", "otelbridge")
	env.Setenv("OTELBRIDGE_EPHEMERAL", "no")
	env.Setenv("CHESS_EPHEMERAL", "no")
	env.Setenv("GORACE", "atexit_sleep_ms=0") // a second for each program otherwise
	if filepath.Base(env.WorkDir) != "script-detached" {
		env.Setenv("OTELBRIDGE_UPLOADER", "none") // no child is launched: what is recorded waits for a flush
	}
	env.Values[idsKey{}] = new([]string)
	env.Values[receiverKey{}] = new(*receiver)
	return os.MkdirAll(home, 0o700)
}

func runCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: run CODE ARGS...")
	}
	err := ts.Exec(ts.Getenv("PROGRAM"), args[1:]...)
	save(ts, "out", ts.ReadFile("stdout"))
	save(ts, "err", ts.ReadFile("stderr"))
	wantCode(ts, args[0], err)
}

func wantCode(ts *testscript.TestScript, want string, err error) {
	code := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != want {
		ts.Fatalf("exit code %d, want %s", code, want)
	}
}

func save(ts *testscript.TestScript, name, text string) {
	ts.Check(os.WriteFile(ts.MkAbs(name), []byte(stable(ts, text)), 0o600))
}

// volatile are what is different in each run.
var volatile = []struct {
	pattern *regexp.Regexp
	word    string
}{
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`), "UUID"},
	{regexp.MustCompile(`"transaction_id":"[0-9a-f]{32}"`), `"transaction_id":"RUN"`},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`), "TIME"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC`), "TIME"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d`), "DAY"},
	{regexp.MustCompile(`"elapsed":[0-9.]+`), `"elapsed":SECONDS`},
	{regexp.MustCompile(`"context":\{.*?"ip"`), `"context":{MACHINE,"ip"`},
	{regexp.MustCompile(`\d+(\.\d+)? (bytes?|kB)`), "SIZE"},
	{regexp.MustCompile(`"bytes":[1-9]\d*`), `"bytes":SIZE`},
	{regexp.MustCompile(`go1\.[^,]+, \w+/\w+`), "GO"},
}

func stable(ts *testscript.TestScript, text string) string {
	text = strings.ReplaceAll(text, ts.Getenv("WORK"), "$WORK")
	if url := ts.Getenv("RECEIVER"); url != "" {
		text = strings.ReplaceAll(text, url, "$RECEIVER")
	}
	for _, id := range idsOf(ts) {
		text = strings.ReplaceAll(text, id, "ID")
	}
	for _, v := range volatile {
		text = v.pattern.ReplaceAllLiteralString(text, v.word)
	}
	return text
}

// idsOf is the id of the install now, and those that it had before.
func idsOf(ts *testscript.TestScript) []string {
	seen, _ := ts.Value(idsKey{}).(*[]string)
	if b, err := os.ReadFile(ts.MkAbs("home/.local/state/" + ts.Getenv("PROGRAM") + "/anonymous_id")); err == nil {
		*seen = append(*seen, strings.TrimSpace(string(b)))
	}
	return *seen
}

type idsKey struct{}
