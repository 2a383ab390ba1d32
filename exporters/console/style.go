package console

import "strings"

// style is how a waterfall is drawn.
type style struct {
	rich  bool // colour and line drawing; else ASCII alone
	width int  // columns
	rows  int  // lines of steps at most
	tick  string
	more  string // ends a text that was cut
}

func plainStyle(width, rows int) style {
	return style{width: width, rows: rows, tick: "|", more: "..."}
}

func richStyle(width, rows int) style {
	return style{rich: true, width: width, rows: rows, tick: "\u2577", more: "\u2026"}
}

// cell draws one cell of a bar, whose halves are marked or not.
func (s style) cell(first, second bool) string {
	switch {
	case !first && !second:
		return " "
	case !s.rich:
		return "="
	case first && second:
		return "\u2501"
	case first:
		return "\u2578"
	}
	return "\u257a"
}

// units replaces the ASCII spelling of microseconds where more than ASCII may be drawn.
func (s style) units(text string) string {
	if !s.rich {
		return text
	}
	return strings.Replace(text, " us", " \u00b5s", 1)
}

// The few SGR sequences in use: the eight basic colours, so that the terminal's own theme decides how they look.
const (
	bold   = "\x1b[1m"
	dim    = "\x1b[2m"
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	cyan   = "\x1b[36m"
	reset  = "\x1b[0m"
)

func (s style) paint(sgr, text string) string {
	if !s.rich || text == "" || sgr == "" {
		return text
	}
	return sgr + text + reset
}

// word is the colour of an outcome's word, line that of its bar.
func (o outcome) word() string { return [...]string{green, cyan, yellow, red}[o] }
func (o outcome) line() string { return [...]string{cyan, cyan, yellow, red}[o] }
