package sentry

import (
	"strings"

	sentrygo "github.com/getsentry/sentry-go"
)

// fingerprint groups exceptions by their cause: two are one issue when they
// happened in the same step, with the same types of errors, at the same place
// of the program, and their innermost messages differ in nothing but numbers,
// quoted names and paths. A panic needs only the place.
func fingerprint(x *exception, at where, values []sentrygo.Exception) []string {
	place := placeOf(values)
	if x.panic && place != "" {
		return []string{panicType, place}
	}
	parts := []string{at.name}
	for _, v := range values {
		parts = append(parts, v.Type)
	}
	if x.message != "" {
		parts = append(parts, shape(x.message))
	}
	if len(values) > 0 {
		parts = append(parts, shape(values[0].Value))
	}
	return append(parts, place)
}

// placeOf is the innermost function of the host in the first stack there is.
func placeOf(values []sentrygo.Exception) string {
	for _, v := range values {
		if v.Stacktrace == nil {
			continue
		}
		for i := len(v.Stacktrace.Frames) - 1; i >= 0; i-- {
			if f := v.Stacktrace.Frames[i]; f.InApp {
				return f.Module + "." + f.Function
			}
		}
	}
	return ""
}

// maxShape is how many words of a message count.
const maxShape = 24

// shape is a message without what differs from one time to the next: a word
// with a digit, a slash, a quote or an @ becomes a *.
func shape(message string) string {
	words := strings.Fields(unquote(message))
	if len(words) > maxShape {
		words = words[:maxShape]
	}
	for i, w := range words {
		if strings.ContainsAny(w, `0123456789/\@*`) {
			words[i] = "*"
		}
	}
	return strings.Join(words, " ")
}

// unquote replaces what stands in quotes by a *.
func unquote(s string) string {
	var b strings.Builder
	for {
		from := strings.IndexAny(s, "\"'`")
		if from < 0 {
			break
		}
		length := strings.IndexByte(s[from+1:], s[from])
		if length < 0 {
			break
		}
		b.WriteString(s[:from] + "*")
		s = s[from+length+2:]
	}
	b.WriteString(s)
	return b.String()
}
