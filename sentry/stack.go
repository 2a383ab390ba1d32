package sentry

import (
	"path"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"

	sentrygo "github.com/getsentry/sentry-go"
)

// program knows which code is the host's own. The zero value knows nothing and
// takes package main for it.
type program struct {
	// main is the import path of package main, module the module it belongs to.
	main, module string
}

// readProgram asks what the build recorded. It parses the record, so it is done
// when the first stack comes.
func readProgram() func() program {
	return sync.OnceValue(func() program {
		info, ok := debug.ReadBuildInfo()
		if !ok {
			return program{}
		}
		return program{main: info.Path, module: info.Main.Path}
	})
}

// maxFrames is how many frames of a stack are sent: the innermost.
const maxFrames = 100

// stacktrace reads a stack in the form that runtime/debug.Stack writes, with or
// without its first line. It returns nil where there is no frame in it.
func (p program) stacktrace(text string) *sentrygo.Stacktrace {
	var frames []sentrygo.Frame
	for name := ""; text != "" && len(frames) < maxFrames; {
		line, rest, _ := strings.Cut(text, "\n")
		text = rest
		switch {
		case line == "":
			text = ""
		case line[0] != '\t':
			name = functionOf(line)
		case name != "":
			frames, name = append(frames, p.frame(name, strings.TrimSpace(line))), ""
		}
	}
	if len(frames) == 0 {
		return nil
	}
	slices.Reverse(frames)
	return &sentrygo.Stacktrace{Frames: frames}
}

// functionOf is the function's name without its arguments, or empty for a line
// that names none.
func functionOf(line string) string {
	if i := strings.LastIndexByte(line, '('); i > 0 && strings.HasSuffix(line, ")") {
		return line[:i]
	}
	return ""
}

// frame makes a frame of a function and its "file:line +0x1d". Paths are
// relative to the module: where a program was built is nobody's business.
func (p program) frame(name, where string) sentrygo.Frame {
	where, _, _ = strings.Cut(where, " ")
	file, line := where, 0
	if i := strings.LastIndexByte(where, ':'); i > 0 {
		if n, err := strconv.Atoi(where[i+1:]); err == nil {
			file, line = where[:i], n
		}
	}
	pkg, function := splitName(name)
	return sentrygo.Frame{
		Module: pkg, Function: function, Lineno: line,
		Filename: p.relative(pkg, base(file)), InApp: p.inApp(pkg),
	}
}

// splitName splits github.com/a/b.(*T).M behind the package. The linker writes
// a dot in the last element of a path as %2e.
func splitName(name string) (pkg, function string) {
	slash := strings.LastIndexByte(name, '/') + 1
	dot := strings.IndexByte(name[slash:], '.')
	if dot < 0 {
		return "", name
	}
	return strings.ReplaceAll(name[:slash+dot], "%2e", "."), name[slash+dot+1:]
}

// base is the last element of a path of any system.
func base(file string) string {
	return file[strings.LastIndexAny(file, `/\`)+1:]
}

func (p program) relative(pkg, file string) string {
	if pkg == "main" && p.main != "" {
		pkg = p.main
	}
	if p.module != "" && within(pkg, p.module) {
		pkg = strings.TrimPrefix(strings.TrimPrefix(pkg, p.module), "/")
	}
	return path.Join(pkg, file)
}

func (p program) inApp(pkg string) bool {
	return pkg == "main" || p.module != "" && within(pkg, p.module)
}

func within(pkg, module string) bool {
	return pkg == module || strings.HasPrefix(pkg, module+"/")
}
