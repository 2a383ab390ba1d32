package otelbridge

import (
	"bytes"
	"slices"
	"strings"

	ast "github.com/pelletier/go-toml/v2/unstable"
)

// keyParts are the parts of a key behind those of its table. A dot inside a
// quoted part is written as a byte that no key can have, since it separates
// nothing.
func keyParts(table []string, e *ast.Node) []string {
	parts := slices.Clone(table)
	for key := e.Key(); key.Next(); {
		parts = append(parts, strings.ReplaceAll(string(key.Node().Data), ".", "\x00"))
	}
	return parts
}

// keyEnd is the offset behind the last part of a key.
func keyEnd(e *ast.Node) int {
	end := 0
	for key := e.Key(); key.Next(); {
		raw := key.Node().Raw
		end = int(raw.Offset + raw.Length)
	}
	return end
}

// valueStart skips the equals sign behind a key.
func valueStart(text []byte, at int) int {
	at += bytes.IndexByte(text[at:], '=') + 1
	for text[at] == ' ' || text[at] == '\t' {
		at++
	}
	return at
}

// lineEnd is the offset of the next line; the end of the text when there is
// none.
func lineEnd(text []byte, at int) int {
	n := bytes.IndexByte(text[at:], '\n')
	if n < 0 {
		return len(text)
	}
	return at + n + 1
}

func lineAt(text []byte, at int) int { return bytes.Count(text[:at], []byte{'\n'}) + 1 }
