package console

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/rivo/uniseg"
)

// duration writes d with three significant digits and a unit a person would choose: 850 ns, 4.56 ms, 2.31 s, 1m05s, 2h03m.
func duration(d time.Duration) string {
	d = threeDigits(max(d, 0))
	switch {
	case d == 0:
		return "0 s"
	case d < time.Microsecond:
		return decimal(d, time.Nanosecond) + " ns"
	case d < time.Millisecond:
		return decimal(d, time.Microsecond) + " us"
	case d < time.Second:
		return decimal(d, time.Millisecond) + " ms"
	case d < time.Minute:
		return decimal(d, time.Second) + " s"
	}
	return clock(d)
}

// threeDigits rounds before the unit is chosen, so that 999.7 ms reads 1.00 s and not 1000 ms.
func threeDigits(d time.Duration) time.Duration {
	if d >= time.Minute {
		return d.Round(time.Second)
	}
	unit := time.Duration(1)
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit)
}

func decimal(d, unit time.Duration) string {
	x := float64(d) / float64(unit)
	switch {
	case x >= 100 || unit == time.Nanosecond:
		return strconv.FormatFloat(x, 'f', 0, 64)
	case x >= 10:
		return strconv.FormatFloat(x, 'f', 1, 64)
	}
	return strconv.FormatFloat(x, 'f', 2, 64)
}

// clock writes whole minutes and seconds, or hours and minutes.
func clock(d time.Duration) string {
	if d < time.Hour {
		return strconv.Itoa(int(d/time.Minute)) + "m" + twoDigits(int(d/time.Second)%60) + "s"
	}
	return strconv.Itoa(int(d/time.Hour)) + "h" + twoDigits(int(d/time.Minute)%60) + "m"
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// grouped writes n with a comma between each three digits.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// clean makes text safe to print: one line, no control or formatting characters, so that a span's name cannot move the cursor
// or recolour a terminal.
func clean(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// cut shortens text to width cells of a terminal, ending in mark when something is missing.
func cut(text string, width int, mark string) string {
	if uniseg.StringWidth(text) <= width {
		return text
	}
	room := width - uniseg.StringWidth(mark)
	if room <= 0 {
		return mark[:min(len(mark), max(width, 0))]
	}
	var kept strings.Builder
	for g := uniseg.NewGraphemes(text); g.Next() && g.Width() <= room; room -= g.Width() {
		kept.WriteString(g.Str())
	}
	return strings.TrimRight(kept.String(), " ") + mark
}

// left and right pad text to width cells.
func left(text string, width int) string  { return text + blank(width-uniseg.StringWidth(text)) }
func right(text string, width int) string { return blank(width-uniseg.StringWidth(text)) + text }

func blank(n int) string { return strings.Repeat(" ", max(n, 0)) }
