package otelbridge

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	ast "github.com/pelletier/go-toml/v2/unstable"
)

// maxShown bounds what is shown of a text that somebody else wrote.
const maxShown = 200

// otherValue stands for a value of a type that no setting of ours has, listValue
// for a list of tables, deepValue for what is nested deeper than a setting.
type (
	otherValue struct{}
	listValue  struct{}
	deepValue  struct{}
)

func isTable(value any) bool { _, ok := value.(map[string]any); return ok }
func isList(value any) bool  { return value == listValue{} }
func isDeep(value any) bool  { return value == deepValue{} }

// readValue is a value as far as our settings need it.
func readValue(n *ast.Node) any {
	switch n.Kind {
	case ast.Bool:
		return string(n.Data) == "true"
	case ast.String:
		return string(n.Data)
	case ast.InlineTable:
		return map[string]any{}
	}
	return otherValue{}
}

// valueText is a value as the environment would write it.
func valueText(key string, value any) (string, bool) {
	switch v := value.(type) {
	case bool:
		return fmt.Sprint(v), isSwitch(key)
	case string:
		return v, !isSwitch(key)
	case map[string]any:
		text, ok := headerText(v)
		return text, ok && key == keyOTLPHeaders
	}
	return "", false
}

// headerText writes a table of headers the way OTEL_EXPORTER_OTLP_HEADERS does.
func headerText(table map[string]any) (string, bool) {
	var pairs []string
	for _, name := range sortedKeys(table) {
		value, ok := table[name].(string)
		if !ok {
			return "", false
		}
		pairs = append(pairs, name+"="+url.PathEscape(value))
	}
	return strings.Join(pairs, ","), true
}

func wanted(key string) string {
	switch {
	case isSwitch(key):
		return "true or false"
	case key == keyOTLPHeaders:
		return "a string or a table of strings"
	}
	return "a string"
}

// shownName is a key for a person to read, whatever bytes a file has in it.
func shownName(name string) string { return printable(strings.ReplaceAll(name, "\x00", ".")) }

// printable keeps what somebody else wrote from doing anything to a terminal.
func printable(text string) string {
	if len(text) > maxShown {
		text = text[:maxShown] + "..."
	}
	odd := func(c rune) bool { return c == utf8.RuneError || !strconv.IsPrint(c) }
	if strings.ContainsFunc(text, odd) {
		return strconv.Quote(text)
	}
	return text
}

// withoutSecrets is what may be shown of a text that may be a URL: without user,
// query and fragment, any of which may be a key. It need not be a valid one.
func withoutSecrets(text string) string {
	if at := strings.IndexAny(text, "?#"); at >= 0 {
		text = text[:at] + "?…"
	}
	scheme, rest, found := strings.Cut(text, "://")
	if !found {
		return text
	}
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + rest[strings.LastIndexByte(host, '@')+1:]
}

func sortedKeys(table map[string]any) []string {
	return slices.Sorted(maps.Keys(table))
}
