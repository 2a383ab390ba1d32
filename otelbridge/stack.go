package otelbridge

import (
	"reflect"
	"runtime"
	"strconv"
	"strings"
)

// maxFrames bounds a stack: the frames nearest to where it was taken are kept.
const maxFrames = 48

// callers is the stack of the host's code that called into this package, as
// text in the form of runtime/debug.Stack.
func callers() string {
	var pcs [maxFrames + 16]uintptr
	n := runtime.Callers(2, pcs[:])
	frames := framesOf(pcs[:n])
	for len(frames) > 0 && inBridge(frames[0]) {
		frames = frames[1:]
	}
	return stackText(frames)
}

// panicStack is the stack of the panic that is passing through this goroutine,
// from its origin on: of several, because one was passed on by panicking again,
// it is the first. It reports false when none is: the goroutine then ends
// by runtime.Goexit.
func panicStack() (string, bool) {
	var pcs [4 * maxFrames]uintptr
	n := runtime.Callers(2, pcs[:])
	frames := framesOf(pcs[:n])
	for i := len(frames) - 1; i >= 0; i-- {
		if frames[i].Function == "runtime.gopanic" {
			return stackText(withoutRuntime(frames[i+1:])), true
		}
	}
	return "", false
}

// panicFunction is the function whose panic a deferred function just recovered.
func panicFunction() string {
	var pcs [maxFrames]uintptr
	panics := false
	for _, f := range framesOf(pcs[:runtime.Callers(2, pcs[:])]) {
		if panics {
			return f.Function
		}
		panics = f.Function == "runtime.gopanic"
	}
	return ""
}

// withoutRuntime leaves out how the runtime turned a fault into a panic.
func withoutRuntime(frames []runtime.Frame) []runtime.Frame {
	for len(frames) > 1 && strings.HasPrefix(frames[0].Function, "runtime.") {
		frames = frames[1:]
	}
	return frames
}

func framesOf(pcs []uintptr) []runtime.Frame {
	if len(pcs) == 0 {
		return nil
	}
	var out []runtime.Frame
	for frames := runtime.CallersFrames(pcs); ; {
		f, more := frames.Next()
		out = append(out, f)
		if !more {
			return out
		}
	}
}

// inBridge reports whether a frame is of this package, which says nothing of
// where an error came from. Its tests are hosts.
func inBridge(f runtime.Frame) bool {
	return strings.HasPrefix(f.Function, scopeName+"/otelbridge.") && !strings.HasSuffix(f.File, "_test.go")
}

func stackText(frames []runtime.Frame) string {
	var b strings.Builder
	for i, f := range frames {
		if i == maxFrames {
			break
		}
		b.WriteString(f.Function + "(...)\n\t" + f.File + ":" + strconv.Itoa(f.Line) + "\n")
	}
	return b.String()
}

// StackOf is the stack an error carries, as program counters, in the ways that the
// widespread error packages keep it: Callers of go-errors, StackTrace of
// pkg/errors, which returns a slice of counters of a type of its own. It may panic
// where the error's methods do. Only hosts with a route that names it in
// [Outlet.Stack] pay for the reflection: 60 KB.
func StackOf(err error) []uintptr {
	if e, ok := err.(interface{ Callers() []uintptr }); ok {
		return e.Callers()
	}
	method := reflect.ValueOf(err).MethodByName("StackTrace")
	if !method.IsValid() || method.Type().NumIn() != 0 || method.Type().NumOut() != 1 {
		return nil
	}
	return counters(method.Call(nil)[0])
}

// stackReader is how the routes read the stack of an error: none of them shows
// any where it is nil.
func stackReader(outlets []Outlet) func(error) []uintptr {
	for _, o := range outlets {
		if o.Stack != nil {
			return o.Stack
		}
	}
	return nil
}

func counters(v reflect.Value) []uintptr {
	if v.Kind() != reflect.Slice || v.Type().Elem().Kind() != reflect.Uintptr {
		return nil
	}
	pcs := make([]uintptr, v.Len())
	for i := range pcs {
		pcs[i] = uintptr(v.Index(i).Uint())
	}
	return pcs
}
