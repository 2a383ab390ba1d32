package anon

import "strings"

// maxPhrase is how long a line may be to be taken for a phrase.
const maxPhrase = 256

// passphrase lets the value go on to the end of a phrase.
func (p *pair) passphrase() {
	if n := phraseLen(p.text[p.lo:min(len(p.text), p.lo+maxPhrase)]); n > 0 {
		p.hi, p.long = p.lo+n, true
	}
}

// phraseLen returns the length of the words that s begins with if they fill the
// line, or what a mark leaves of it, and are four or more, none of which
// holds a sentence about a password together; else 0.
func phraseLen(s string) int {
	n := strings.IndexAny(s+"\n", "\r\n,;)}]\"'`")
	words := strings.Fields(s[:n])
	for _, word := range words {
		if len(word) < 3 || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" || isStateWord(word) || isAbsentWord(word) || isDone(word) || isGrammar(word) {
			return 0
		}
	}
	if len(words) < 4 || len(s) == maxPhrase && n == len(s) {
		return 0
	}
	return n
}

// isGrammar tells whether v is one of the words that hold sentences together.
func isGrammar(v string) bool {
	switch v {
	case "the", "are", "was", "were", "been", "being", "must", "should", "can", "cannot", "could", "may", "might", "will", "would",
		"has", "have", "had", "does", "did", "for", "from", "with", "without", "and", "but", "when", "that", "this", "too", "than",
		"its", "your", "you", "their", "only", "use", "used", "using", "please", "contains", "needs", "needed", "least", "more",
		"between", "after", "before", "again", "already", "expected", "given", "got", "read", "reading", "reset", "check":
		return true
	}
	return false
}
