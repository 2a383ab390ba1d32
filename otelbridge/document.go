package otelbridge

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	ast "github.com/pelletier/go-toml/v2/unstable"
)

// document is a config.toml as far as it is ours: what enable_runtime_trace and
// [runtime] say, which names are almost those, and where in the text they stand, for error messages and for
// edits that leave every other byte alone.
//
// It is read from the parser's own events and not decoded into Go values: that
// would link four times the code, and fail for what is none of our business in
// the tables of the host.
type document struct {
	text []byte
	// values has enable_runtime_trace and runtime, if the text has them.
	values map[string]any
	// places has each key and table of ours by its dotted name.
	places map[string]place
	// strays are the names that keys take for misplaced ones of ours.
	strays []stray
	keys   runtimeKeys
	// header is the offset behind the line of [runtime]; -1 without one.
	header int
	// dotted is the offset of the first key that begins with "runtime." at the
	// top; -1 without one.
	dotted int
	// inline is the offset behind the brace of runtime = {; -1 without one.
	inline int
	// lines counts the lines as the parser goes on, so that a long text is
	// counted once.
	lines struct{ at, line int }
}

// maxDepth is how deep our settings nest: runtime, otlp_headers, a name. Deeper
// tables of the host are not followed.
const maxDepth = 3

// place is where a key stands: its line, counted from 1, and the offsets at
// which its value starts and ends. A table has only a line.
type place struct{ line, start, end int }

// stray is a name that is not read where it stands, though it is like one of
// ours: one part, or two where the first is like runtime.
type stray struct {
	parts []string
	// table says that parts can have others below them.
	table bool
}

// trimBOM drops the mark that some editors put before UTF-8.
func trimBOM(text []byte) []byte { return bytes.TrimPrefix(text, []byte("\ufeff")) }

// readDocument reads a text. Its errors start behind the name of the file. An
// empty file is one that was cut short: what it said is not known.
func readDocument(text []byte) (*document, error) { return readDocumentOf(runtimeKeys{}, text) }

// readDocumentOf is readDocument, and also finds what is almost one of keys.
func readDocumentOf(keys runtimeKeys, text []byte) (*document, error) {
	switch {
	case len(text) == 0:
		return nil, errors.New(" is empty")
	case len(text) > maxFile:
		return nil, fmt.Errorf(" is longer than %d bytes", maxFile)
	case !utf8.Valid(text):
		return nil, fmt.Errorf(":%d: is not UTF-8", invalidLine(text))
	}
	d := &document{text: text, keys: keys, values: map[string]any{}, places: map[string]place{}, header: -1, dotted: -1, inline: -1}
	if err := d.parse(); err != nil {
		return nil, err
	}
	return d, nil
}

func invalidLine(text []byte) int {
	valid := 0
	for valid < len(text) {
		r, n := utf8.DecodeRune(text[valid:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		valid += n
	}
	return lineAt(text, valid)
}

func (d *document) parse() error {
	var p ast.Parser
	p.Reset(d.text)
	var table []string
	inList := false
	for p.NextExpression() {
		e := p.Expression()
		var err error
		switch {
		case e.Kind == ast.Table || e.Kind == ast.ArrayTable:
			table, inList = keyParts(nil, e), e.Kind == ast.ArrayTable
			err = d.takeTable(table, e)
		case e.Kind == ast.KeyValue && !inList:
			err = d.takeKey(table, e)
		}
		if err != nil {
			return err
		}
	}
	return d.syntaxError(p.Error())
}

// syntaxError names the line. The parser's words hold nothing of the text but
// single characters.
func (d *document) syntaxError(err error) error {
	var e *ast.ParserError
	if !errors.As(err, &e) {
		return err
	}
	at := min(max(0, cap(d.text)-cap(e.Highlight)), len(d.text))
	return fmt.Errorf(":%d: %s", lineAt(d.text, at), e.Message)
}

func (d *document) twice(name string, at int) error {
	return fmt.Errorf(":%d: %s is already defined", d.lineOf(at), shownName(name))
}

// isOurs reports whether a key of the text is read at all.
func isOurs(parts []string) bool { return parts[0] == runtimeTable || parts[0] == keyTrace }

// takeTable notes a header.
func (d *document) takeTable(parts []string, e *ast.Node) error {
	if !isOurs(parts) {
		d.takeStray(parts, keyEnd(e), e.Kind == ast.Table)
		return nil
	}
	name, end := strings.Join(parts, "."), keyEnd(e)
	var value any = map[string]any{}
	switch {
	case e.Kind == ast.ArrayTable:
		value = listValue{}
	case name == runtimeTable && (d.header >= 0 || d.inline >= 0):
		return d.twice(name, end)
	case name == runtimeTable:
		d.header = lineEnd(d.text, end)
	}
	parts, value = bounded(parts, value)
	d.note(strings.Join(parts, "."), place{line: d.lineOf(end)})
	if !insert(d.values, parts, value) {
		return d.twice(name, end)
	}
	return nil
}

// takeKey notes a key with its value, and the keys in its braces.
func (d *document) takeKey(table []string, e *ast.Node) error {
	parts := keyParts(table, e)
	if !isOurs(parts) {
		return d.takeStrayKey(parts, e)
	}
	parts, value := bounded(parts, readValue(e.Value()))
	name, at := strings.Join(parts, "."), int(e.Raw.Offset)
	if d.dotted < 0 && len(table) == 0 && len(parts) > 1 && parts[0] == runtimeTable {
		d.dotted = at
	}
	start := valueStart(d.text, keyEnd(e))
	d.note(name, place{d.lineOf(at), start, at + int(e.Raw.Length)})
	if !insert(d.values, parts, value) {
		return d.twice(name, at)
	}
	if name == runtimeTable && isTable(value) {
		d.inline = start + 1
	}
	if !isTable(value) {
		return nil
	}
	return d.takeInline(parts, e.Value())
}

// takeStrayKey looks into the braces of a table that is almost [runtime].
func (d *document) takeStrayKey(parts []string, e *ast.Node) error {
	table := e.Value().Kind == ast.InlineTable
	d.takeStray(parts, int(e.Raw.Offset), table)
	if table && len(parts) == 1 && canonical(parts[0]) == runtimeTable {
		return d.takeInline(parts, e.Value())
	}
	return nil
}

// takeStray notes a name of the host if it is almost one of ours. The host may
// use a name twice: that is not looked at.
func (d *document) takeStray(parts []string, at int, table bool) {
	if !d.keys.strays(parts[0]) {
		return
	}
	depth := 1
	if canonical(parts[0]) == runtimeTable {
		depth = 2
	}
	if len(parts) > depth {
		parts, table = parts[:depth], true
	}
	name := strings.Join(parts, ".")
	if _, known := d.places[name]; known {
		return
	}
	d.note(name, place{line: d.lineOf(at)})
	d.strays = append(d.strays, stray{parts, table})
}

func (d *document) takeInline(parts []string, braces *ast.Node) error {
	for inside := braces.Children(); inside.Next(); {
		if inside.Node().Kind != ast.KeyValue {
			continue
		}
		if err := d.takeKey(parts, inside.Node()); err != nil {
			return err
		}
	}
	return nil
}

// bounded replaces what is nested deeper than any setting of ours.
func bounded(parts []string, value any) ([]string, any) {
	if len(parts) > maxDepth {
		return parts[:maxDepth], deepValue{}
	}
	return parts, value
}

// insert puts a value into a tree of tables, and a table or list into one of its
// kind. It reports false where something else stands in its place or its way.
func insert(tree map[string]any, parts []string, value any) bool {
	for _, part := range parts[:len(parts)-1] {
		if _, found := tree[part]; !found {
			tree[part] = map[string]any{}
		}
		table, ok := tree[part].(map[string]any)
		if !ok {
			return false
		}
		tree = table
	}
	last := parts[len(parts)-1]
	old, found := tree[last]
	if !found {
		tree[last] = value
		return true
	}
	return isTable(old) && (isTable(value) || isDeep(value)) || isDeep(old) && isDeep(value) || isList(old) && isList(value)
}

// note keeps the first place of a name.
func (d *document) note(name string, p place) {
	if _, known := d.places[name]; !known {
		d.places[name] = p
	}
}

// lineOf is lineAt for offsets that mostly grow.
func (d *document) lineOf(at int) int {
	if at < d.lines.at || d.lines.line == 0 {
		d.lines.at, d.lines.line = 0, 1
	}
	d.lines.line += bytes.Count(d.text[d.lines.at:at], []byte{'\n'})
	d.lines.at = at
	return d.lines.line
}

// line is the line of a key, counted from 1; 0 when it has none.
func (d *document) line(name string) int { return d.places[name].line }
