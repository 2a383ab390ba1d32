package otelbridge

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// SetTelemetry makes a config.toml say [runtime] telemetry = on. Every other
// byte of it stays: comments, spaces, the order and the line endings. A file
// that is not there is made, with mode 0600 in folders of mode 0700. A file that
// cannot be parsed is left alone, with an error; it means off as it is.
func SetTelemetry(path string, on bool) error {
	return wrap(editTelemetry(path, []string{keyTelemetry}, on, true))
}

// editTelemetry changes the switch under each of its names that a file uses.
// Where it uses none, the first is added if add says so.
func editTelemetry(path string, names []string, on, add bool) error {
	old, err := readRegular(path)
	if missing(err) {
		old, err = nil, nil
	}
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", path, cause(err))
	}
	mark := len(old) - len(trimBOM(old))
	doc, err := editDocument(old[mark:], names, on, add)
	if err != nil {
		return fmt.Errorf("%s%w", path, err)
	}
	if bytes.Equal(doc, old[mark:]) {
		return nil
	}
	return writeWhole(path, slices.Concat(old[:mark], doc))
}

// editDocument is editTelemetry on the text. Its errors start behind the name
// of the file.
func editDocument(old []byte, names []string, on, add bool) ([]byte, error) {
	d := &document{header: -1, dotted: -1, inline: -1}
	if len(old) > 0 {
		var err error
		if d, err = readDocument(old); err != nil {
			return nil, err
		}
	}
	doc, found := d.replaceValues(names, on)
	if !found && add {
		doc = d.addValue(names[0], on)
	}
	if (found || add) && !says(doc, names, on) {
		return nil, errors.New(" has a [runtime] that the switch cannot be written into")
	}
	return doc, nil
}

// replaceValues writes the value of each name that is there.
func (d *document) replaceValues(names []string, on bool) (text []byte, found bool) {
	var places []*place
	for _, name := range names {
		if p, ok := d.places[runtimeTable+"."+name]; ok && p.end > 0 {
			places = append(places, &p)
		}
	}
	// From the end to the front, so that the offsets stay right.
	slices.SortFunc(places, func(a, b *place) int { return b.start - a.start })
	text = d.text
	for _, p := range places {
		text = splice(text, p.start, p.end, strconv.FormatBool(on))
	}
	return text, len(places) > 0
}

// addValue adds the key where the text has its [runtime], in the form it has
// there, or adds the table at the end.
func (d *document) addValue(name string, on bool) []byte {
	pair := name + " = " + strconv.FormatBool(on)
	eol := lineEnding(d.text)
	switch {
	case d.header >= 0:
		return insertLine(d.text, d.header, pair, eol)
	case d.inline >= 0:
		if table, _ := d.values[runtimeTable].(map[string]any); len(table) > 0 {
			pair += ","
		}
		return splice(d.text, d.inline, d.inline, " "+pair+" ")
	case d.dotted >= 0:
		return insertLine(d.text, d.dotted, runtimeTable+"."+pair, eol)
	}
	table := "[" + runtimeTable + "]" + eol + pair
	if len(d.text) > 0 {
		table = eol + table
	}
	return insertLine(d.text, len(d.text), table, eol)
}

// insertLine puts a line at an offset where a line starts or the text ends.
func insertLine(text []byte, at int, line, eol string) []byte {
	if at > 0 && at == len(text) && text[at-1] != '\n' {
		line = eol + line
	}
	return splice(text, at, at, line+eol)
}

func splice(text []byte, start, end int, insert string) []byte {
	return slices.Concat(text[:start], []byte(insert), text[end:])
}

// lineEnding is that of the first line.
func lineEnding(text []byte) string {
	if n := bytes.IndexByte(text, '\n'); n > 0 && text[n-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// says reports whether the switch has a value, under at least one of its names
// and the same under all.
func says(text []byte, names []string, on bool) bool {
	d, err := readDocument(text)
	if err != nil {
		return false
	}
	table, _ := d.values[runtimeTable].(map[string]any)
	found := false
	for _, name := range names {
		if value, ok := table[name]; ok {
			if value != on {
				return false
			}
			found = true
		}
	}
	return found
}
