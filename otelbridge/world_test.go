package otelbridge

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/otelbridge/otelbridge-go/anon"
)

// world is everything a resolution looks at, as plain data.
type world struct {
	app      App
	env      map[string]string
	files    map[string]string
	failures map[string]error
	machine  anon.Machine
	terminal bool
	disable  bool
	enable   bool
	strange  []string // files and folders of strangers
}

const (
	homeDir     = "/home/u"
	workDir     = "/home/u/work/repo/sub"
	machinePath = "/etc/chess/config.toml"
	userPath    = "/home/u/.config/chess/config.toml"
	projectPath = "/home/u/work/repo/.chess/config.toml"
	nearPath    = "/home/u/work/repo/sub/.chess/config.toml"
	consentPath = "/home/u/.local/state/chess/consent"
	appEndpoint = "https://events.example.com/v1"
	schemaNow   = 2
)

// newWorld is a person at a terminal in a repository, who has said nothing.
func newWorld() world {
	return world{
		app:      App{Name: "chess", Endpoint: appEndpoint, Schema: testSchema()},
		env:      map[string]string{"HOME": homeDir},
		files:    map[string]string{"/home/u/work/repo/.git": "gitdir: elsewhere\n"},
		terminal: true,
	}
}

func testSchema() anon.Schema {
	s := anon.Pipeline()
	s.Version = schemaNow
	return s
}

func (w world) clone() world {
	w.env, w.files, w.failures = maps.Clone(w.env), maps.Clone(w.files), maps.Clone(w.failures)
	return w
}

func (w world) inputs() Inputs {
	return Inputs{
		Getenv:   func(name string) string { return w.env[name] },
		ReadFile: w.readFile,
		Machine:  w.machine,
		Terminal: w.terminal,
		Disable:  w.disable,
		Enable:   w.enable,
		Dir:      workDir,
		GOOS:     "linux",
		foreign:  func(path string) bool { return slices.Contains(w.strange, path) },
	}
}

func (w world) readFile(path string) ([]byte, error) {
	if err := w.failures[path]; err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	content, ok := w.files[path]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return []byte(content), nil
}

func (w world) resolve() (Settings, error) { return Resolve(w.app, w.inputs()) }

// spoiled reports whether a file is there and not one that lines can be added
// to: adding one would mend it.
func (w world) spoiled(path string) bool {
	content, ok := w.files[path]
	return ok && !strings.Contains(content, "=")
}

// runtimeLine adds a line to the [runtime] of a file.
func (w world) runtimeLine(path, line string) {
	if w.spoiled(path) {
		return
	}
	if !strings.Contains(w.files[path], "[runtime]") {
		w.files[path] += "[runtime]\n"
	}
	w.files[path] += line + "\n"
}

// topLine adds a line at the top of a file.
func (w world) topLine(path, line string) {
	if !w.spoiled(path) {
		w.files[path] = line + "\n" + w.files[path]
	}
}

func (w world) consent(answer Answer, schema int) {
	w.files[consentPath] = consentJSON(answer, schema)
}

func consentJSON(answer Answer, schema int) string {
	return fmt.Sprintf(`{"answer":%q,"schema":%d,"time":"2026-11-20T10:00:00Z","how":"prompt"}`, answer, schema)
}
