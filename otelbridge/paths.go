package otelbridge

import (
	"path/filepath"
	"strings"
)

const configName = "config.toml"

// findPaths says where things are kept, from the environment alone.
//
// The user's file is config.toml and the state is a folder of the host's name
// in the user's directories: $XDG_CONFIG_HOME (~/.config) and $XDG_STATE_HOME
// (~/.local/state); ~/Library/Application Support on macOS; %AppData% and
// %LocalAppData% on Windows. App.Dir puts both into one folder. Where a folder
// is unknown or relative, the path is empty.
func findPaths(app App, in Inputs) Paths {
	config, state := userFolders(app, in)
	paths := Paths{Machine: machineFile(app, in), State: state}
	if config != "" {
		paths.User = filepath.Join(config, configName)
	}
	return paths
}

func userFolders(app App, in Inputs) (config, state string) {
	if app.Dir != "" {
		dir := underHome(app.Dir, in)
		return dir, dir
	}
	switch in.GOOS {
	case "windows":
		return folder(app, in.Getenv("AppData")), folder(app, in.Getenv("LocalAppData"))
	case "darwin", "ios":
		dir := folder(app, underHome("~/Library/Application Support", in))
		return dir, dir
	}
	return folder(app, xdg(in, "XDG_CONFIG_HOME", "~/.config")), folder(app, xdg(in, "XDG_STATE_HOME", "~/.local/state"))
}

// xdg follows the XDG Base Directory Specification: a relative path in a
// variable is ignored.
func xdg(in Inputs, variable, otherwise string) string {
	if dir := in.Getenv(variable); filepath.IsAbs(dir) {
		return dir
	}
	return underHome(otherwise, in)
}

// folder is the host's own folder in a directory; empty when that is not an
// absolute path.
func folder(app App, dir string) string {
	if !filepath.IsAbs(dir) {
		return ""
	}
	return filepath.Join(dir, app.Name)
}

// underHome replaces a leading ~. Without a home, and for a relative path, it
// is empty.
func underHome(path string, in Inputs) string {
	if rest, ok := strings.CutPrefix(path, "~"); ok && (rest == "" || rest[0] == '/' || rest[0] == filepath.Separator) {
		path = home(in) + rest
	}
	if !filepath.IsAbs(path) {
		return ""
	}
	return filepath.Clean(path)
}

// home is the user's home folder; without a usable one, something that is not
// an absolute path, whatever is appended to it.
func home(in Inputs) string {
	variable := "HOME"
	if in.GOOS == "windows" {
		variable = "USERPROFILE"
	}
	if dir := in.Getenv(variable); filepath.IsAbs(dir) {
		return dir
	}
	return "."
}

func machineFile(app App, in Inputs) string {
	dir := "/etc"
	if in.GOOS == "windows" {
		dir = in.Getenv("ProgramData")
	}
	if dir = folder(app, dir); dir == "" {
		return ""
	}
	return filepath.Join(dir, configName)
}

// projectFiles finds each .<app>/config.toml from the working folder upwards to
// the top of its repository, the nearest first: all of them may turn things
// off, and those of strangers nothing else. Outside a repository only the working
// folder counts: a stranger may own what lies above it, such as /tmp. The user's
// own file is never a project's.
func projectFiles(app App, in Inputs, user string) []string {
	if !filepath.IsAbs(in.Dir) {
		return nil
	}
	var found []string
	top := repositoryTop(in)
	for dir := filepath.Clean(in.Dir); ; dir = filepath.Dir(dir) {
		path := filepath.Join(dir, "."+app.Name, configName)
		if path != user && in.present(path) {
			found = append(found, path)
		}
		if top == "" || dir == top {
			return found
		}
	}
}

// repositoryTop is the nearest folder from the working folder upwards that a
// version control system marks as its own; empty when there is none. A mark that a
// stranger made counts where there is no other: it must not hide what lies above.
func repositoryTop(in Inputs) string {
	strangers := ""
	for dir := filepath.Clean(in.Dir); ; dir = filepath.Dir(dir) {
		for _, name := range []string{".git", ".hg", ".jj", ".svn"} {
			mark := filepath.Join(dir, name)
			switch {
			case !in.present(mark):
			case !in.foreign(mark):
				return dir
			case strangers == "":
				strangers = dir
			}
		}
		if dir == filepath.Dir(dir) {
			return strangers
		}
	}
}
