package sentry

import "unicode/utf8"

// How much of a text is sent, in bytes. Sentry cuts messages at 8 KiB and refuses
// events of more than 1 MiB, of which 100 breadcrumbs must leave room for others.
const (
	maxMessage = 8 << 10
	maxStack   = 64 << 10
	maxCrumb   = 1 << 10
)

// clip cuts s to at most n bytes, at the start of a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
