package otelbridge

import (
	"fmt"
	"slices"
	"strings"
)

const (
	runtimeTable = "runtime"
	keyTrace     = "enable_runtime_trace"

	// maxProblems bounds how many problems of a file are reported one by one.
	maxProblems = 20
)

// configFile is one config.toml as far as it is ours: enable_runtime_trace, at
// the top or in [runtime], and the rest of the [runtime] table. The rest belongs to the host.
type configFile struct {
	path string
	// entries are the settings that the file makes, ordered by name.
	entries []entry
	// misspelt are names that are almost a setting, one for each setting.
	misspelt []misspelling
	// project says that the file came with a project, foreign that it or its
	// folder is a stranger's.
	project, foreign bool
	// impossible says that the path leads through a file: nothing can be there.
	impossible bool
	// broken says why the file cannot be understood at all.
	broken error
	// wrong are the first entries that cannot be understood, more counts the
	// others.
	wrong []error
	more  int
}

// entry is one setting of a file.
type entry struct {
	// key is the setting meant; alias says that the file has another name for
	// it.
	key   string
	alias bool
	// source is the file, the line and the name as it is written.
	source string
	// text is the value: true or false for a switch.
	text string
	// wrong says that the value is of the wrong type: it means off.
	wrong error
}

// misspelling is a name that was probably meant for a setting, which it turns
// off.
type misspelling struct {
	key, source string
	// advice says what to write, behind the name.
	advice string
}

// find returns what the file says on a key, under its own name first.
func (f configFile) find(key string) []entry {
	var found []entry
	for _, e := range f.entries {
		switch {
		case e.key != key:
		case e.alias:
			found = append(found, e)
		default:
			found = append([]entry{e}, found...)
		}
	}
	return found
}

// problems are everything in the file that a person should mend.
func (f configFile) problems() []error {
	if f.broken != nil {
		return []error{f.broken}
	}
	if f.more > 0 {
		return append(slices.Clip(f.wrong), fmt.Errorf("%s has %d more problems", f.path, f.more))
	}
	return f.wrong
}

// readConfig reads a config.toml. A file that is not there says nothing.
func readConfig(path string, keys runtimeKeys, read func(string) ([]byte, error)) configFile {
	f := configFile{path: path}
	if path == "" {
		return f
	}
	doc, err := read(path)
	if missing(err) {
		f.impossible = impossible(err)
		return f
	}
	if err != nil {
		f.broken = fmt.Errorf("%s cannot be read: %w", path, cause(err))
		return f
	}
	d, err := readDocumentOf(keys, trimBOM(doc))
	if err != nil {
		f.broken = fmt.Errorf("%s%w", path, err)
		return f
	}
	f.take(keys, d)
	return f
}

// take keeps what is ours.
func (f *configFile) take(keys runtimeKeys, d *document) {
	if v, ok := d.values[keyTrace]; ok {
		f.keep(keyTrace, keyTrace, v, d)
	}
	switch table := d.values[runtimeTable].(type) {
	case nil:
	case map[string]any:
		for _, name := range sortedKeys(table) {
			f.takeRuntime(keys, name, table[name], d)
		}
	default:
		f.broken = fmt.Errorf("%s must be a table", f.at(runtimeTable, d))
	}
	for _, s := range d.strays {
		f.takeStray(keys, s, d)
	}
}

func (f *configFile) takeRuntime(keys runtimeKeys, name string, value any, d *document) {
	full := runtimeTable + "." + name
	key, ours := keys.meaning(name)
	switch {
	case name == keyTrace:
		f.keep(keyTrace, full, value, d)
	case ours:
		f.keep(key, full, value, d)
	case !keys.host(name):
		f.suspect(keys, name, full, d)
	}
}

// takeStray reports a name that is not read where it stands. What is not a
// table in the place of [runtime] is as bad as if it were spelt well.
func (f *configFile) takeStray(keys runtimeKeys, s stray, d *document) {
	name := strings.Join(s.parts, ".")
	switch {
	case canonical(s.parts[0]) != runtimeTable, len(s.parts) == 2:
		f.suspect(keys, s.parts[len(s.parts)-1], name, d)
	case s.table:
		f.fault(name, d, "is not read: write [runtime]")
	default:
		f.broken = fmt.Errorf("%s must be the table [runtime]", f.at(name, d))
	}
}

// suspect reports a name that is no setting, and what it may have been meant
// for.
func (f *configFile) suspect(keys runtimeKeys, name, full string, d *document) {
	key, ours := keys.alike(name)
	if !ours {
		f.fault(full, d, "is not a setting")
		return
	}
	m := misspelling{key, f.at(full, d), advice(key)}
	f.fault(full, d, m.advice)
	if !slices.ContainsFunc(f.misspelt, func(old misspelling) bool { return old.key == key }) {
		f.misspelt = append(f.misspelt, m)
	}
}

func advice(key string) string {
	if key == keyTrace {
		return "is not a setting: write " + key
	}
	return "is not a setting: write " + key + " under [runtime]"
}

// keep adds an entry, also one of the wrong type, which then means off.
func (f *configFile) keep(key, name string, value any, d *document) {
	e := entry{key: key, alias: name != key && name != runtimeTable+"."+key, source: f.at(name, d)}
	var ok bool
	if e.text, ok = valueText(key, value); !ok {
		e.wrong = f.fault(name, d, "must be "+wanted(key))
	}
	f.entries = append(f.entries, e)
}

// fault notes a key that cannot be understood.
func (f *configFile) fault(name string, d *document, what string) error {
	err := fmt.Errorf("%s %s", f.at(name, d), what)
	if len(f.wrong) < maxProblems {
		f.wrong = append(f.wrong, err)
	} else {
		f.more++
	}
	return err
}

// at names a key in the file, with its line where it has one: a table may exist
// through the names of its parts alone.
func (f *configFile) at(name string, d *document) string {
	if line := d.line(name); line > 0 {
		return fmt.Sprintf("%s:%d: %s", f.path, line, shownName(name))
	}
	return fmt.Sprintf("%s: %s", f.path, shownName(name))
}
