package otelbridge

import (
	"fmt"
	"strings"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/clip"
)

// Crash is what is left of a process that ended by a panic or by a fatal error
// of the runtime. A route whose processor has a method Crash(Crash) is told of
// each, once, by the next process that starts.
type Crash struct {
	// Version is the release of the host that crashed.
	Version string
	// Time is when it crashed.
	Time time.Time
	// Message is the text of the panic or of the fatal error, as printed. The
	// runtime does not always write that of a fatal error: then it is empty.
	Message string
	// Fatal is true for a fatal error of the runtime, which is no panic.
	Fatal bool
	// Stack is the stack of the goroutine that crashed, from the origin on, in
	// the form of runtime/debug.Stack.
	Stack string
}

// crasher is a processor that wants to know of crashes.
type crasher interface{ Crash(Crash) }

// tellCrashes hands what crashed processes left to the routes and forgets it.
func tellCrashes(folder string, outlets []Outlet, report func(error)) {
	told := crashers(outlets)
	if folder == "" || len(told) == 0 {
		return
	}
	for _, path := range crashFiles(folder, holdsCrash) {
		text, at := takeCrash(path)
		for _, c := range parseCrashes(text) {
			c.Version, c.Time = crashVersion(path), at
			for _, t := range told {
				tellCrash(t, c, report)
			}
		}
	}
}

// tellCrash keeps a panic of a route from the host, which is just starting.
func tellCrash(to crasher, c Crash, report func(error)) {
	defer func() {
		if r := recover(); r != nil {
			report(fmt.Errorf("otelbridge: a route panicked when it was told of a crash: %s", panicText(r)))
		}
	}()
	to.Crash(c)
}

func crashers(outlets []Outlet) []crasher {
	var out []crasher
	for _, o := range outlets {
		if c, ok := o.Processor.(crasher); ok {
			out = append(out, c)
		}
	}
	return out
}

// parseCrashes finds the crashes in what the runtime printed. Of some fatal
// errors it writes to the crash file only the stack.
func parseCrashes(text string) []Crash {
	var out []Crash
	if stack := strings.TrimLeft(text, "\n"); strings.HasPrefix(stack, "goroutine ") {
		text = "fatal error: \n" + stack
	}
	for text != "" {
		start := nextCrash(text)
		if start < 0 {
			break
		}
		text = text[start:]
		var c Crash
		c, text = parseCrash(text)
		if c.Stack != "" {
			out = append(out, c)
		}
	}
	return out
}

// nextCrash is where a line begins that begins a crash, or -1.
func nextCrash(text string) int {
	for at := 0; at < len(text); {
		line, _, _ := strings.Cut(text[at:], "\n")
		if strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ") {
			return at
		}
		at += len(line) + 1
	}
	return -1
}

// parseCrash reads the message, up to the first goroutine, and the stack of
// that goroutine, which is the one that crashed. It returns what follows.
func parseCrash(text string) (Crash, string) {
	c := Crash{Fatal: strings.HasPrefix(text, "fatal error: ")}
	head, rest, found := strings.Cut(text, "\ngoroutine ")
	if !found {
		return c, ""
	}
	c.Message = clip.Words(crashMessage(head), maxMessage)
	_, rest, _ = strings.Cut(rest, "\n")
	stack, rest, _ := strings.Cut(rest, "\n\n")
	c.Stack = originOf(stack)
	return c, rest
}

// crashMessage leaves out the word before the message and what the runtime says of
// signals and of itself below it.
func crashMessage(head string) string {
	_, message, _ := strings.Cut(head, ": ")
	if i := strings.Index(message, "\n[signal "); i >= 0 {
		message = message[:i]
	}
	if i := strings.Index(message, "\n\nruntime stack:"); i >= 0 {
		message = message[:i]
	}
	message = strings.ReplaceAll(message, " [recovered, repanicked]", "")
	return strings.TrimSpace(strings.ReplaceAll(message, " [recovered]", ""))
}

// originOf leaves out the innermost frames: how the runtime turned a fault into
// a panic, and what passed a panic on by panicking again. Where there are
// several, the first one, which is the outermost in the stack, is the cause.
func originOf(stack string) string {
	lines := strings.SplitAfter(stack, "\n")
	for i := len(lines) - 3; i >= 0; i-- {
		if strings.HasPrefix(lines[i], "panic(") {
			lines = lines[i+2:]
			break
		}
	}
	for len(lines) >= 4 && (strings.HasPrefix(lines[0], "runtime.") || strings.HasPrefix(lines[0], "internal/runtime/")) {
		lines = lines[2:]
	}
	return strings.Join(lines, "")
}
