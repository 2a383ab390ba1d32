package telemetrycmd

import (
	"fmt"
	"strings"
	"unicode"
)

// page is text for a person. Whatever goes into it becomes printable, and it is
// written at once, so that nobody takes the half that fits for all of it.
type page struct{ text strings.Builder }

func (p *page) String() string { return p.text.String() }

// line adds one line, whatever the arguments hold.
func (p *page) line(format string, args ...any) {
	p.text.WriteString(printable(fmt.Sprintf(format, args...)) + "\n")
}

// title adds the first line of a part.
func (p *page) title(text string) {
	p.line("")
	p.line("%s", text)
}

// printable keeps what files, folders and variables hold from moving the
// cursor, and from looking like a line of ours.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsGraphic(r) {
			return '?'
		}
		return r
	}, text)
}

// printableLines is printable for errors, which are joined by line ends.
func printableLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = printable(lines[i])
	}
	return strings.Join(lines, "\n")
}
