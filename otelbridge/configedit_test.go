package otelbridge

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pelletier/go-toml/v2"
)

func TestEditDocument(t *testing.T) {
	tests := []struct {
		name, old, want string
		on              bool
	}{
		{"no file", "", "[runtime]\ntelemetry = false\n", false},
		{"no table", "a = 1\n", "a = 1\n\n[runtime]\ntelemetry = false\n", false},
		{"no table, no line end", "a = 1", "a = 1\n\n[runtime]\ntelemetry = false\n", false},
		{"no table, old line ends", "a = 1\r\n", "a = 1\r\n\r\n[runtime]\r\ntelemetry = false\r\n", false},
		{"a comment alone", "# mine", "# mine\n\n[runtime]\ntelemetry = true\n", true},
		{"in the table", "[runtime]\ntelemetry = true\n", "[runtime]\ntelemetry = false\n", false},
		{"nothing to do", "[runtime]\n  telemetry=false# x\n", "[runtime]\n  telemetry=false# x\n", false},
		{"a comment beside it", "[runtime] # a\n\ttelemetry  =  true  # was on\nx = 1\n", "[runtime] # a\n\ttelemetry  =  false  # was on\nx = 1\n", false},
		{"an empty table", "[runtime]", "[runtime]\ntelemetry = false\n", false},
		{"an empty table, old line ends", "a = 1\r\n[runtime]\r\n", "a = 1\r\n[runtime]\r\ntelemetry = false\r\n", false},
		{"a table with other keys", "[runtime] # ours\nlog_level = \"INFO\"\n[x]\n", "[runtime] # ours\ntelemetry = false\nlog_level = \"INFO\"\n[x]\n", false},
		{"a name in quotes", "[ \"runtime\" ]\n'telemetry' = true\n", "[ \"runtime\" ]\n'telemetry' = false\n", false},
		{"dotted", "runtime.telemetry = true\n", "runtime.telemetry = false\n", false},
		{"dotted without it", "a = 1\nruntime.log_level = \"INFO\"\n[x]\n", "a = 1\nruntime.telemetry = false\nruntime.log_level = \"INFO\"\n[x]\n", false},
		{"braces", "runtime = { telemetry = true, log_level = \"INFO\" }\n", "runtime = { telemetry = false, log_level = \"INFO\" }\n", false},
		{"braces without it", "runtime = {log_level = \"INFO\"}\n", "runtime = { telemetry = false, log_level = \"INFO\"}\n", false},
		{"empty braces", "runtime = {}\n", "runtime = { telemetry = false }\n", false},
		{"only a table below", "[runtime.otlp_headers]\na = \"b\"\n", "[runtime.otlp_headers]\na = \"b\"\n\n[runtime]\ntelemetry = false\n", false},
		{"another table's key", "[x]\ntelemetry = true\n", "[x]\ntelemetry = true\n\n[runtime]\ntelemetry = false\n", false},
		{"the wrong type", "[runtime]\ntelemetry = \"yes\" # ?\n", "[runtime]\ntelemetry = false # ?\n", false},
		{"the wrong type over lines", "[runtime]\ntelemetry = [\n 1,\n 2 ] # ?\n", "[runtime]\ntelemetry = false # ?\n", false},
		{"a name with a dot in it", "\"runtime.telemetry\" = true\n", "\"runtime.telemetry\" = true\n\n[runtime]\ntelemetry = false\n", false},
	}
	for _, test := range tests {
		got, err := editDocument([]byte(test.old), []string{keyTelemetry}, test.on, true)
		if err != nil || string(got) != test.want {
			t.Errorf("%s: %q, %v\nwant %q", test.name, got, err, test.want)
		}
	}
}

func TestEditDocumentRefuses(t *testing.T) {
	for _, old := range []string{"[runtime\n", "\xff", "[[runtime]]\na = 1\n", "runtime = 1\n", "[runtime]\ntelemetry.x = 1\n", "runtime.telemetry.x = 1\n"} {
		if got, err := editDocument([]byte(old), []string{keyTelemetry}, false, true); err == nil {
			t.Errorf("%q became %q", old, got)
		}
	}
}

func TestEditAliases(t *testing.T) {
	names := []string{keyTelemetry, "old"}
	tests := []struct {
		name, old, want string
		on, add         bool
	}{
		{"the alias is changed", "[runtime]\nold = true\n", "[runtime]\nold = false\n", false, true},
		{"both are changed", "[runtime]\nold = true\ntelemetry = true # x\n", "[runtime]\nold = false\ntelemetry = false # x\n", false, true},
		{"nothing to change, nothing added", "[runtime]\n", "[runtime]\n", true, false},
		{"what is there is changed, without adding", "[runtime]\nold = false\n", "[runtime]\nold = true\n", true, false},
		{"no file, nothing added", "", "", true, false},
	}
	for _, test := range tests {
		got, err := editDocument([]byte(test.old), names, test.on, test.add)
		if err != nil || string(got) != test.want {
			t.Errorf("%s: %q, %v\nwant %q", test.name, got, err, test.want)
		}
	}
}

func TestSetTelemetryKeepsTheMark(t *testing.T) {
	path := filepath.Join(t.TempDir(), configName)
	for old, want := range map[string]string{
		"\ufeff[runtime]\ntelemetry = true\n": "\ufeff[runtime]\ntelemetry = false\n",
		"\ufeffa = 1\n":                       "\ufeffa = 1\n\n[runtime]\ntelemetry = false\n",
		"\ufeff":                              "\ufeff[runtime]\ntelemetry = false\n",
	} {
		mustWrite(t, path, old)
		if err := SetTelemetry(path, false); err != nil || mustRead(t, path) != want {
			t.Errorf("%q became %q, %v", old, mustRead(t, path), err)
		}
	}
}

func TestSetTelemetryErrors(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, configName)
	mustWrite(t, broken, "[runtime\n")
	err := SetTelemetry(broken, false)
	if err == nil || !strings.HasPrefix(err.Error(), "otelbridge: "+broken+":1: ") || mustRead(t, broken) != "[runtime\n" {
		t.Errorf("a broken file: %v", err)
	}
	if err := SetTelemetry(dir, false); err == nil {
		t.Error("a folder was written")
	}
	if err := SetTelemetry(filepath.Join(broken, "x", configName), false); err == nil {
		t.Error("a file below a file was written")
	}
	if found := entries(t, dir); len(found) != 1 {
		t.Errorf("left behind: %q", found)
	}
}

func FuzzSetTelemetry(f *testing.F) {
	for _, doc := range []string{
		"", "[runtime]\ntelemetry = true\n", "runtime.telemetry = true", "runtime = { a = 1 } # x\r\n", "[runtime.x]\ny = 1\n",
		"\ufeffx = 1\n", "[a]\nb = '''\n[runtime]\n'''\n", "runtime.a = {telemetry = true}\n", "runtime = {\n a = 1, # c\n}\n", "\"runtime\".x = 1\n",
	} {
		f.Add([]byte(doc), false)
	}
	f.Fuzz(func(t *testing.T, old []byte, on bool) {
		before := map[string]any{}
		valid := toml.Unmarshal(old, &before) == nil
		got, err := editDocument(old, []string{keyTelemetry}, on, true)
		if err != nil {
			return
		}
		if d, err := readDocument(got); err != nil || d.values[runtimeTable].(map[string]any)[keyTelemetry] != on {
			t.Fatalf("%q became %q: %v", old, got, err)
		}
		if !valid { // in what is the host's
			return
		}
		after := map[string]any{}
		if err := toml.Unmarshal(got, &after); err != nil {
			t.Fatalf("%q became %q: %v", old, got, err)
		}
		if table, _ := after[runtimeTable].(map[string]any); table[keyTelemetry] != on {
			t.Fatalf("%q became %q", old, got)
		}
		if !cmp.Equal(withoutTelemetry(before), withoutTelemetry(after), cmpopts.EquateNaNs()) {
			t.Fatalf("%q became %q: something else changed", old, got)
		}
		if again, err := editDocument(got, []string{keyTelemetry}, on, true); err != nil || string(again) != string(got) {
			t.Fatalf("%q became %q, and again %q, %v", old, got, again, err)
		}
	})
}

// withoutTelemetry drops the switch, and a [runtime] that holds nothing else.
func withoutTelemetry(values map[string]any) map[string]any {
	if table, ok := values[runtimeTable].(map[string]any); ok {
		delete(table, keyTelemetry)
		if len(table) == 0 {
			delete(values, runtimeTable)
		}
	}
	return values
}

func ExampleSetTelemetry() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "config.toml")
	_ = os.WriteFile(path, []byte("[runtime]\ntelemetry = true  # ask Ada before changing\n"), 0o600)
	if err := SetTelemetry(path, false); err != nil {
		return
	}
	b, _ := os.ReadFile(path)
	_, _ = os.Stdout.Write(b)
	// Output:
	// [runtime]
	// telemetry = false  # ask Ada before changing
}
