package anon

import (
	"encoding/base64"
	"strings"
)

// authorizationSpan masks the credentials of an Authorization header and
// keeps the scheme.
func authorizationSpan(text string, m []int) (lo, hi int) {
	lo = m[1]
	hi = bareEnd(text, lo)
	word := text[lo:hi]
	scheme := schemeOf(word)
	switch scheme {
	case oneWord:
		lo = skipSpaces(text, hi)
		hi = bareEnd(text, lo)
	case wholeLine:
		lo = skipSpaces(text, hi)
		hi = lo + lineLen(text[lo:])
	}
	if v := text[lo:hi]; isHarmlessValue(v) || isHeaderProse(v, scheme) {
		return 0, 0
	}
	return lo, hi
}

// A scheme says how far the credentials behind it go.
type scheme int

const (
	noScheme scheme = iota
	oneWord
	wholeLine
)

func schemeOf(word string) scheme {
	switch strings.ToLower(word) {
	case "bearer", "basic", "token", "bot", "apikey", "negotiate", "ntlm", "sharedkey", "sharedkeylite", "key", "jwt", "sso-key":
		return oneWord
	case "digest", "oauth", "hawk", "signature", "aws", "aws4-hmac-sha256", "tc3-hmac-sha256", "sharedaccesssignature":
		return wholeLine
	}
	return noScheme
}

// isHeaderProse tells whether v goes on with a sentence about the header.
// Behind a scheme few words do; without one any word may, a status and a call
// in source code as well.
func isHeaderProse(v string, s scheme) bool {
	bare := strings.TrimRight(v, ".,:;!?)")
	if s != noScheme {
		switch bare {
		case "token", "tokens", "header", "headers", "auth", "authentication", "authorization", "realm", "scheme", "credentials", "is", "or", "and":
			return true
		}
		return isStateWord(bare)
	}
	call := strings.IndexByte(bare, '(')
	return isNumber(bare) && len(bare) < 4 || len(bare) <= 24 && isWordy(bare) || call > 0 && isCallee(bare[:call])
}

func skipSpaces(text string, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\t') {
		i++
	}
	return i
}

func lineLen(s string) int {
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		return i
	}
	return len(s)
}

// bearerSpan masks what follows the word unless it is a word of a sentence.
func bearerSpan(text string, m []int) (lo, hi int) {
	if v := strings.TrimRight(text[m[2]:m[3]], "=."); len(v) <= 24 && isWordy(v) {
		return 0, 0
	}
	return m[2], m[3]
}

// basicSpan masks what decodes to a user name and a password.
func basicSpan(text string, m []int) (lo, hi int) {
	v := strings.TrimRight(text[m[2]:m[3]], "=")
	v = strings.NewReplacer("-", "+", "_", "/").Replace(v)
	plain, err := base64.RawStdEncoding.DecodeString(v)
	if err != nil || !strings.Contains(string(plain), ":") {
		return 0, 0
	}
	return m[2], m[3]
}
