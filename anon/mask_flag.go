package anon

import "strings"

// nearFlag wants a name that begins with a hyphen and is followed by space.
func nearFlag(text string, at int) bool {
	i := skipName(text, at)
	if i >= len(text) || strings.IndexByte(" \t\"'", text[i]) < 0 {
		return false
	}
	start := at - 1
	for start > 0 && at-start < 64 && isNameByte(text[start-1]) {
		start--
	}
	return text[start] == '-'
}

// flagSpan decides about --name value.
func flagSpan(text string, m []int) (lo, hi int) {
	if demandOf(text[m[2]:m[3]]) != anyValue {
		return 0, 0
	}
	lo = m[5]
	hi = bareEnd(text, lo)
	if sep := strings.TrimSpace(text[m[4]:m[5]]); sep != "" && quoteAt(sep[len(sep)-1:]) != "" && strings.ContainsAny(text[lo-1:lo], `"'`) {
		hi = lo + quotedLen(text[lo:], text[lo-1:lo])
	}
	v := text[lo:hi]
	if isHarmlessValue(v) || v[0] == '-' || isPath(v) || isFlagProse(v, text[hi:]) {
		return 0, 0
	}
	return lo, hi
}

// isFlagProse tells whether a sentence about the flag goes on with v.
func isFlagProse(v, rest string) bool {
	bare := strings.TrimRight(v, ".,:;!?)")
	switch bare {
	case "", "=", "is", "or", "and", "to", "flag", "flags", "must", "for", "not", "option", "options", "cannot", "instead", "with",
		"in", "on", "was", "has", "requires", "value", "can", "are", "if", "when", "from", "argument", "needs", "should", "will", "the",
		"a", "an", "has been", "via", "as", "but", "which", "that", "duration", "switch", "parameter":
		return true
	}
	if isCapitals(bare) {
		return true
	}
	if !isWordy(bare) {
		return false
	}
	next := strings.Fields(rest[:min(len(rest), 80)])
	return len(next) >= 2 && isWordy(next[0]) && isWordy(strings.TrimRight(next[1], ".,"))
}
