package otelbridge

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"
)

// TestConfigFiles reads each file of testdata/config. Its first line says what
// is wrong with it; each line "# want:" is a problem that must be reported, in
// this order, and no other.
func TestConfigFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/config/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			content := mustRead(t, file)
			f := readConfig(configName, runtimeKeys{}, func(string) ([]byte, error) { return []byte(content), nil })
			var got []string
			for _, err := range f.problems() {
				got = append(got, err.Error())
			}
			if diff := cmp.Diff(wantedProblems(content), got); diff != "" {
				t.Error(diff)
			}
			w := everythingOn()
			w.files[userPath] = content
			s, err := w.resolve()
			if len(got) > 0 && (err == nil || s.Telemetry.Mode != Off) {
				t.Errorf("telemetry is %+v, and the error %v", s.Telemetry, err)
			}
			if len(got) == 0 && (err != nil || s.Telemetry.Mode != On) {
				t.Errorf("telemetry is %+v, and the error %v", s.Telemetry, err)
			}
		})
	}
}

func wantedProblems(content string) []string {
	var want []string
	for line := range strings.Lines(content) {
		if text, ok := strings.CutPrefix(line, "# want: "); ok {
			want = append(want, strings.TrimRight(text, "\r\n"))
		}
	}
	return want
}

func TestConfigThatHoldsNoComment(t *testing.T) {
	tests := []struct{ name, content, want string }{
		{"empty", "", "config.toml is empty"},
		{"only a mark", "\ufeff", "config.toml is empty"},
		{"not UTF-8", "a = 1\n# \xff\n", "config.toml:2: is not UTF-8"},
		{"UTF-16", "\xff\xfea\x00", "config.toml:1: is not UTF-8"},
		{"too long", strings.Repeat("#\n", maxFile/2) + "\n", "config.toml is longer than 1048576 bytes"},
		{"a mark before", "\ufeff[runtime]\ntelemetry = false\n", ""},
		{"old line endings", "[runtime]\r\ntelemetry = false\r\n", ""},
		{"spaces", "  \n", ""},
	}
	for _, test := range tests {
		f := readConfig(configName, runtimeKeys{}, func(string) ([]byte, error) { return []byte(test.content), nil })
		got := ""
		if f.broken != nil {
			got = f.broken.Error()
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestConfigThatCannotBeRead(t *testing.T) {
	read := func(err error) func(string) ([]byte, error) {
		return func(path string) ([]byte, error) { return nil, &fs.PathError{Op: "open", Path: path, Err: err} }
	}
	f := readConfig("/x", runtimeKeys{}, read(fs.ErrPermission))
	if f.broken == nil || f.broken.Error() != "/x cannot be read: permission denied" {
		t.Errorf("no permission: %v", f.broken)
	}
	if f := readConfig("/x", runtimeKeys{}, read(fs.ErrNotExist)); f.broken != nil || f.problems() != nil {
		t.Errorf("missing: %v", f.broken)
	}
}

func TestHostKeys(t *testing.T) {
	w := newWorld()
	w.files[userPath] = "[runtime]\nrequest_timeout = 60\nold = true\n\n[normalize]\nunknown = 1\n"
	w.app.RuntimeKeys = []string{"request_timeout"}
	w.app.Aliases = []Alias{{Key: "telemetry", TOML: "old"}}
	s, err := w.resolve()
	if err != nil || s.Telemetry.Mode != On || s.Telemetry.Input != userPath+":3: runtime.old" {
		t.Errorf("%+v, %v", s.Telemetry, err)
	}
	w.runtimeLine(userPath, "")
	w.files[userPath] += "[runtime.more]\n"
	if s, err := w.resolve(); err == nil || s.Telemetry.Mode != Off {
		t.Errorf("an unknown table in [runtime]: %+v, %v", s.Telemetry, err)
	}
}

// compareWithTOML holds our reader against go-toml's own decoder: where that one
// reads a document, ours reads the same switches.
func compareWithTOML(t *testing.T, content []byte) {
	t.Helper()
	content = trimBOM(content)
	want := map[string]any{}
	if len(content) == 0 || !utf8.Valid(content) || toml.Unmarshal(content, &want) != nil {
		return
	}
	d, err := readDocument(content)
	if err != nil {
		t.Fatalf("%q: %v", content, err)
	}
	if (want[keyTrace] == true) != (d.values[keyTrace] == true) || (want[keyTrace] == false) != (d.values[keyTrace] == false) {
		t.Errorf("%q: %v, want %v", content, d.values[keyTrace], want[keyTrace])
	}
	table, ok := want[runtimeTable].(map[string]any)
	got, ours := d.values[runtimeTable].(map[string]any)
	if ok != ours || len(table) != len(got) {
		t.Fatalf("%q: %v, want %v", content, got, table)
	}
	for name, value := range table {
		switch value.(type) {
		case bool, string:
			if name := strings.ReplaceAll(name, ".", "\x00"); got[name] != value {
				t.Errorf("%q: %s is %v, want %v", content, name, got[name], value)
			}
		}
	}
}

// TestHostileConfig: a file that came with a project cannot make a host slow,
// fill its memory or write to its terminal.
func TestHostileConfig(t *testing.T) {
	var many strings.Builder
	many.WriteString("[runtime]\n")
	for n := 0; many.Len() < maxFile-20; n++ {
		fmt.Fprintf(&many, "k%d=1\n", n)
	}
	f := readConfig(configName, runtimeKeys{}, func(string) ([]byte, error) { return []byte(many.String()), nil })
	if n := len(f.problems()); n != maxProblems+1 || !strings.HasSuffix(f.problems()[maxProblems].Error(), " more problems") {
		t.Errorf("%d problems", n)
	}
	for _, content := range []string{
		"runtime." + strings.Repeat("a.", maxFile/2-20) + "b = 1\n",
		"runtime = " + strings.Repeat("{a=", 9000) + "1" + strings.Repeat("}", 9000) + "\n",
		"[runtime." + strings.Repeat("a.", maxFile/2-20) + "b]\n",
	} {
		d, err := readDocument([]byte(content))
		if err != nil || len(d.places) > maxDepth {
			t.Errorf("%.20q: %v", content, err)
		}
	}
	f = readConfig(configName, runtimeKeys{}, func(string) ([]byte, error) { return []byte("[runtime]\n\"a.\\u001b[31m\" = 1\n"), nil })
	if got := f.problems()[0].Error(); got != `config.toml:2: "runtime.a.\x1b[31m" is not a setting` {
		t.Errorf("%q", got)
	}
}

func TestNestedTablesOfTheHost(t *testing.T) {
	f := readConfig(configName, runtimeKeys{hosts: []string{"pool"}}, func(string) ([]byte, error) {
		return []byte("[runtime.pool]\na = 1\nb.c.d = 1\nb.c.e = { f.g = 1 }\n[runtime.pool.x.y]\nz = 1\n[[runtime.pool.list]]\na = 1\n[[runtime.pool.list]]\na = 1\n"), nil
	})
	if problems := f.problems(); problems != nil {
		t.Error(problems)
	}
}

// saysOff reports whether a file turns a switch off, in words or by a mistake.
func saysOff(f configFile, key string) bool {
	for _, v := range fileVotes(f, key) {
		if v.counts && v.mode == Off {
			return true
		}
	}
	return f.broken != nil
}

func FuzzConfig(f *testing.F) {
	files, _ := filepath.Glob("testdata/config/*.toml")
	for _, file := range files {
		if b, err := os.ReadFile(file); err == nil {
			f.Add(b)
		}
	}
	f.Add([]byte("runtime.telemetry = false\n"))
	f.Add([]byte("Runtime.telemetry = false\n[RunTime]\nenable-runtime-trace = true\n[[Telemetry]]\na = 1\n"))
	f.Add([]byte("RUNTIME = { Telemetry = { x = 1 }, enable_runtime_trace = false }\ntelemetry = false\n"))
	f.Add([]byte("runtime = { telemetry = true, otlp_headers = { a = \"b\" } }\r\n"))
	f.Add([]byte("\"runtime\".'telemetry' = true # x\n[a.\"b.c\"]\n[[runtime]]\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		w := everythingOn()
		w.files[userPath] = string(content)
		s, err := w.resolve()
		config := readConfig(userPath, runtimeKeys{}, w.readFile)
		compareWithTOML(t, content)
		for _, e := range config.find(keyTelemetry) {
			if e.text == "false" && s.Telemetry.Mode != Off {
				t.Errorf("off, and telemetry is %+v", s.Telemetry)
			}
			if strings.Contains(e.source, ":0:") {
				t.Errorf("no line: %q", e.source)
			}
		}
		if saysOff(config, keyTrace) && s.Trace.Mode != Off {
			t.Errorf("off, and tracing is %+v", s.Trace)
		}
		if len(config.problems()) > 0 && (err == nil || s.Telemetry.Mode != Off) {
			t.Errorf("problems %v, and telemetry is %+v, %v", config.problems(), s.Telemetry, err)
		}
	})
}
