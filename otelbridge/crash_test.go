package otelbridge

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// told is a processor that wants crashes.
type toldCrashes struct {
	sdktrace.SpanProcessor
	crashes []Crash
}

func (t *toldCrashes) Crash(c Crash) { t.crashes = append(t.crashes, c) }

func crashBridge(folder string) *Bridge {
	b, _ := recorded()
	b.settings.Paths.State, b.version = folder, "1.2.3"
	b.outlets = []Outlet{{Name: "test", Processor: &toldCrashes{}}}
	b.delivery = newDelivery(App{}, b.settings, process{})
	return b
}

// crashesIn is where the bridge of crashBridge keeps crashes.
func crashesIn(folder string) string {
	b := crashBridge(folder)
	return b.delivery.crashFolder(b.outlets)
}

// TestCrashChild is the process that crashes. It runs only when TestRecover
// starts it.
func TestCrashChild(t *testing.T) {
	how := os.Getenv("OTELBRIDGE_TEST_CRASH")
	if how == "" {
		t.Skip("only as the child of TestRecover")
	}
	how, recovers, _ := strings.Cut(how, "+")
	var b *Bridge
	if recovers != "" {
		b = crashBridge(os.Getenv("OTELBRIDGE_TEST_STATE"))
	}
	if recovers == "deferred" {
		defer b.Recover()
	} else {
		b.Recover()
	}
	crash(how)
}

func crash(how string) {
	switch how {
	case "panic":
		panic("two\nlines")
	case "error":
		panic(errors.New("an error"))
	case "nil map":
		originOfPanic(nil)
	case "goroutine":
		go panic("elsewhere")
		select {}
	case "fatal":
		m := map[int]int{}
		for range 4 {
			go func() {
				for {
					m[1]++
				}
			}()
		}
		select {}
	}
}

var changing = regexp.MustCompile(`0x[0-9a-f]+|goroutine \d+|\[running(, synctest bubble \d+)?\]|\+0x[0-9a-f]+|crash_test\.go:\d+|\(\d+\.\d\ds\)|pc=\S+|gp=\S+|m=\d+|mp=\S+|Recover\S*`)

// runCrash crashes a child and returns what it printed and how it ended.
func runCrash(t *testing.T, how, folder string) (string, int) {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^TestCrashChild$")
	c.Env = append(os.Environ(), "OTELBRIDGE_TEST_CRASH="+how, "OTELBRIDGE_TEST_STATE="+folder, "GOTRACEBACK=single")
	var stderr bytes.Buffer
	c.Stderr, c.Stdout = &stderr, &stderr
	_ = c.Run()
	return stderr.String(), c.ProcessState.ExitCode()
}

func TestRecover(t *testing.T) {
	for _, c := range []struct {
		how     string
		message string
		origin  string
		fatal   bool
	}{
		{"panic", "two\n\tlines", "crash", false},
		{"error", "an error", "crash", false},
		{"nil map", "assignment to entry in nil map", "originOfPanic", false},
		{"goroutine", "elsewhere", "", false},
		{"fatal", "", "crash.func1", true},
	} {
		for _, way := range []string{"plain", "deferred"} {
			if way == "deferred" && (c.how == "goroutine" || c.fatal) {
				continue
			}
			t.Run(c.how+", "+way, func(t *testing.T) {
				folder := t.TempDir()
				printed, code := runCrash(t, c.how+"+"+way, folder)
				without, codeWithout := runCrash(t, c.how, folder)
				if code != codeWithout || code == 0 {
					t.Errorf("exit code %d, without %d", code, codeWithout)
				}
				if a, b := firstPart(printed), firstPart(without); a != b && !c.fatal {
					t.Errorf("what is printed differs:\n%s\nwithout:\n%s", a, b)
				}
				told := tell(t, crashesIn(folder))
				if len(told) != 1 {
					t.Fatalf("%d crashes are told, want 1", len(told))
				}
				got := told[0]
				if !strings.Contains(strings.ReplaceAll(got.Message, "\t", ""), strings.ReplaceAll(c.message, "\t", "")) || got.Fatal != c.fatal || got.Version != "1.2.3" || got.Time.IsZero() {
					t.Errorf("crash %+v", got)
				}
				first, _, _ := strings.Cut(got.Stack, "(")
				if c.origin != "" && !strings.HasSuffix(first, "otelbridge."+c.origin) {
					t.Errorf("the stack begins in %q:\n%s", first, got.Stack)
				}
				if again := tell(t, crashesIn(folder)); len(again) != 0 {
					t.Errorf("told again: %v", again)
				}
			})
		}
	}
}

// firstPart is the message and the innermost function, as far as they do not
// change from run to run.
func firstPart(printed string) string {
	head, rest, _ := strings.Cut(printed, "\ngoroutine ")
	_, rest, _ = strings.Cut(rest, "\n")
	first, _, _ := strings.Cut(rest, "(")
	return changing.ReplaceAllString(head, "*") + "\n" + first
}

func tell(t *testing.T, folder string) []Crash {
	t.Helper()
	told := &toldCrashes{}
	tellCrashes(folder, []Outlet{{Name: "test", Processor: told}}, func(err error) { t.Errorf("reported: %v", err) })
	return told.crashes
}

func TestRecoverOfNobody(t *testing.T) {
	var none *Bridge
	none.Recover()
	(&Bridge{}).Recover()
	if crashesIn("/state") == "" || crashesIn("") != "" {
		t.Error("crashes have a place without a folder, or none with one")
	}
	b := crashBridge("")
	b.Recover()
	folder := t.TempDir()
	b = crashBridge(folder)
	b.outlets = nil
	b.Recover()
	if left, _ := os.ReadDir(folder); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestCrashFilesThatAreNone(t *testing.T) {
	for name, text := range map[string]string{
		"empty":         "",
		"garbage":       "\x00\xff panic: \n",
		"no goroutine":  "panic: x\n",
		"no stack":      "panic: x\n\ngoroutine 1 [running]:\n",
		"a frame alone": "main.main()\n\t/x.go:1\n",
	} {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, "crash-1.txt"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := tell(t, folder); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// angry is a route that panics when it is told.
type angry struct{ sdktrace.SpanProcessor }

func (angry) Crash(Crash) { panic("angry") }

func TestRouteThatPanicsWhenTold(t *testing.T) {
	folder, calm := t.TempDir(), &toldCrashes{}
	text := "panic: x\n\ngoroutine 1 [running]:\nmain.main()\n\t/x.go:1\n"
	if err := os.WriteFile(filepath.Join(folder, "crash-1.txt"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	reported := 0
	tellCrashes(folder, []Outlet{{Processor: angry{}}, {Processor: calm}}, func(error) { reported++ })
	if reported != 1 || len(calm.crashes) != 1 {
		t.Errorf("reported %d times, the other route was told %d times", reported, len(calm.crashes))
	}
}

func TestTwoCrashesInOneFile(t *testing.T) {
	one := "panic: first [recovered]\n\tpanic: again\n\ngoroutine 1 [running]:\npanic({0x1, 0x2})\n\t/go/panic.go:9\nmain.f()\n\t/x/main.go:3 +0x1\nexit status 2\n\n"
	two := "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [select (no cases)]:\nmain.main()\n\t/x/main.go:5\n"
	got := parseCrashes(one + two)
	if len(got) != 2 || !strings.Contains(got[0].Message, "again") || !strings.HasPrefix(got[0].Stack, "main.f()") || !got[1].Fatal || !strings.HasPrefix(got[1].Stack, "main.main()") {
		t.Errorf("crashes %+v", got)
	}
}

func FuzzParseCrashes(f *testing.F) {
	f.Add("panic: x\n\ngoroutine 1 [running]:\nmain.main()\n\t/x.go:1\n")
	f.Add("fatal error: \n\n\ngoroutine ")
	f.Fuzz(func(t *testing.T, text string) {
		for _, c := range parseCrashes(text) {
			if c.Stack == "" || len(c.Message) > maxMessage {
				t.Errorf("crash %+v", c)
			}
		}
	})
}

// TestCrashesBelongToAPlace: what one project's run printed as it died does not
// go to another's endpoint.
func TestCrashesBelongToAPlace(t *testing.T) {
	in := func(project string) string {
		d := newDelivery(App{}, Settings{Paths: Paths{State: "/s", Project: project}}, process{})
		return d.crashFolder([]Outlet{{Name: "test", Endpoint: "https://a.example.com", Processor: &toldCrashes{}}})
	}
	if in("/a") == in("/b") {
		t.Errorf("%s, %s", in("/a"), in("/b"))
	}
}
