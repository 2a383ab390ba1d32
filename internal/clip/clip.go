// Package clip shortens texts that came from a host before they are kept.
package clip

import (
	"strings"
	"unicode/utf8"
)

// Mark ends a text that [Words] cut.
const Mark = " [cut]"

// maxSlack is how far back from the limit Words looks for a place to cut.
const maxSlack = 4 << 10

// Text returns s, or as much of its beginning as n bytes hold, without half a
// character at the end. It is for texts that have no secrets, or none any more.
func Text(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := n; i > 0 && i > n-utf8.UTFMax; i-- {
		if utf8.RuneStart(s[i]) {
			return s[:i]
		}
	}
	return s[:n]
}

// Words is Text for a text that is yet to be masked, with Mark at the end of
// what was cut. Half a token is not recognised as one, so it cuts at a white
// space, or else at another mark that seldom stands in a secret, when there is
// one in the last quarter. n is 16 or more.
func Words(s string, n int) string {
	if len(s) <= n {
		return s
	}
	head := Text(s, n-len(Mark))
	tail := head[len(head)-min(n/4, maxSlack):]
	i := lastOf(tail, " \t\r\n")
	if i < 0 {
		i = lastOf(tail, ",;&\"'<>{}()")
	}
	if i >= 0 {
		head = head[:len(head)-len(tail)+i]
	}
	return head + Mark
}

// lastOf returns where the last of some marks stands in s, or -1.
func lastOf(s, marks string) int {
	last := -1
	for i := range len(marks) {
		last = max(last, strings.LastIndexByte(s, marks[i]))
	}
	return last
}
