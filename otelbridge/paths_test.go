package otelbridge

import (
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func skipForeignPaths(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the paths of the tables begin with a slash")
	}
}

func TestPaths(t *testing.T) {
	skipForeignPaths(t)
	tests := []struct {
		name, goos, dir string
		env             map[string]string
		want            Paths
	}{
		{"home alone", "linux", "", map[string]string{"HOME": "/h"}, Paths{Machine: machinePath, User: "/h/.config/chess/config.toml", State: "/h/.local/state/chess"}},
		{"XDG", "linux", "", map[string]string{"HOME": "/h", "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s"}, Paths{Machine: machinePath, User: "/c/chess/config.toml", State: "/s/chess"}},
		{"XDG without a home", "freebsd", "", map[string]string{"XDG_STATE_HOME": "/s"}, Paths{Machine: machinePath, State: "/s/chess"}},
		{"a relative XDG is ignored", "linux", "", map[string]string{"HOME": "/h", "XDG_CONFIG_HOME": "c"}, Paths{Machine: machinePath, User: "/h/.config/chess/config.toml", State: "/h/.local/state/chess"}},
		{"no home", "linux", "", nil, Paths{Machine: machinePath}},
		{"a relative home", "linux", "", map[string]string{"HOME": "h"}, Paths{Machine: machinePath}},
		{"a home that is a dot", "linux", "", map[string]string{"HOME": "."}, Paths{Machine: machinePath}},
		{"root", "linux", "", map[string]string{"HOME": "/"}, Paths{Machine: machinePath, User: "/.config/chess/config.toml", State: "/.local/state/chess"}},
		{"macOS", "darwin", "", map[string]string{"HOME": "/Users/u", "XDG_CONFIG_HOME": "/c"}, Paths{Machine: machinePath, User: "/Users/u/Library/Application Support/chess/config.toml", State: "/Users/u/Library/Application Support/chess"}},
		{"macOS without a home", "darwin", "", nil, Paths{Machine: machinePath}},
		{"Windows", "windows", "", map[string]string{"AppData": "/r", "LocalAppData": "/l", "ProgramData": "/p"}, Paths{Machine: "/p/chess/config.toml", User: "/r/chess/config.toml", State: "/l/chess"}},
		{"Windows without anything", "windows", "", nil, Paths{}},
		{"one folder", "linux", "~/.chess", map[string]string{"HOME": "/h", "XDG_CONFIG_HOME": "/c"}, Paths{Machine: machinePath, User: "/h/.chess/config.toml", State: "/h/.chess"}},
		{"one folder without a home", "linux", "~/.chess", nil, Paths{Machine: machinePath}},
		{"one absolute folder", "linux", "/var/chess", nil, Paths{Machine: machinePath, User: "/var/chess/config.toml", State: "/var/chess"}},
		{"one relative folder", "linux", "var/chess", map[string]string{"HOME": "/h"}, Paths{Machine: machinePath}},
		{"the home of somebody else", "linux", "~root/x", map[string]string{"HOME": "/h"}, Paths{Machine: machinePath}},
		{"one folder on Windows", "windows", "~/.chess", map[string]string{"USERPROFILE": "/u"}, Paths{User: "/u/.chess/config.toml", State: "/u/.chess"}},
	}
	for _, test := range tests {
		w := world{app: App{Name: "chess", Dir: test.dir}, env: test.env}
		in := w.inputs()
		in.GOOS = test.goos
		s, err := Resolve(w.app, in)
		if diff := cmp.Diff(test.want, s.Paths); diff != "" || err != nil {
			t.Errorf("%s: %v %s", test.name, err, diff)
		}
	}
}

func TestHomeThatIsAFile(t *testing.T) {
	w := everythingOn()
	w.failures = map[string]error{userPath: syscall.ENOTDIR, consentPath: syscall.ENOTDIR}
	s, err := w.resolve()
	if err != nil || s.Paths.User != "" || s.Paths.State != "" || s.Trace.Mode != On || s.Telemetry.Mode != Off {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestProjectFiles(t *testing.T) {
	skipForeignPaths(t)
	tests := []struct {
		name    string
		files   []string
		strange []string
		dir     string
		want    []string
	}{
		{"none", nil, nil, "/a/b", nil},
		{"working folder", []string{"/a/b/.chess/config.toml"}, nil, "/a/b", []string{"/a/b/.chess/config.toml"}},
		{"a parent under no version control is a stranger's", []string{"/a/.chess/config.toml", "/.chess/config.toml"}, nil, "/a/b", nil},
		{"up to the top of the repository, the nearest first", []string{"/a/.git", "/a/b/c/.chess/config.toml", "/a/.chess/config.toml", "/.chess/config.toml"}, nil, "/a/b/c",
			[]string{"/a/b/c/.chess/config.toml", "/a/.chess/config.toml"}},
		{"the nearest repository", []string{"/a/.git", "/a/b/.hg", "/a/.chess/config.toml", "/a/b/.chess/config.toml"}, nil, "/a/b/c", []string{"/a/b/.chess/config.toml"}},
		{"a stranger's repository", []string{"/a/.git", "/a/.chess/config.toml", "/.chess/config.toml"}, []string{"/a/.git"}, "/a/b", []string{"/a/.chess/config.toml"}},
		{"a stranger's mark does not hide what is above", []string{"/a/.git", "/a/b/.hg", "/a/.chess/config.toml", "/a/b/.chess/config.toml"}, []string{"/a/b/.hg"}, "/a/b/c",
			[]string{"/a/b/.chess/config.toml", "/a/.chess/config.toml"}},
		{"the user's own", []string{"/h/.chess/config.toml", "/h/.git"}, nil, "/h/x", nil},
		{"no working folder", []string{".chess/config.toml"}, nil, "", nil},
		{"root", []string{"/.chess/config.toml"}, nil, "/", []string{"/.chess/config.toml"}},
	}
	for _, test := range tests {
		w := world{files: map[string]string{}}
		for _, path := range test.files {
			w.files[path] = "x = 1\n"
		}
		w.strange = test.strange
		in := w.inputs()
		in.Dir = test.dir
		got := projectFiles(App{Name: "chess"}, in, "/h/.chess/config.toml")
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestProcessInputs(t *testing.T) {
	home, work := t.TempDir(), t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "c"))
	t.Setenv("XDG_STATE_HOME", filepath.Join(home, "s"))
	t.Setenv("AppData", filepath.Join(home, "c"))
	t.Setenv("LocalAppData", filepath.Join(home, "s"))
	t.Setenv("CHESS_NO_TELEMETRY", "1")
	t.Chdir(work)
	mustWrite(t, filepath.Join(work, ".chess", configName), "enable_runtime_trace = false\n")
	in := ProcessInputs(App{Name: "chess"})
	s, err := Resolve(App{Name: "chess"}, in)
	if err != nil || s.Trace.Mode != Off || filepath.Base(filepath.Dir(s.Paths.Project)) != ".chess" {
		t.Errorf("%+v, %v", s.Trace, err)
	}
	if in.Terminal || in.Quiet {
		t.Errorf("terminal %v, quiet %v", in.Terminal, in.Quiet)
	}
	t.Setenv("COMP_LINE", "chess tel")
	if !ProcessInputs(App{Name: "chess"}).Quiet {
		t.Error("a completion may ask")
	}
}
