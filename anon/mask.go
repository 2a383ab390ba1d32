package anon

import (
	"regexp"
	"strings"
	"sync"

	"github.com/otelbridge/otelbridge-go/internal/clip"
)

const (
	// masked stands where a secret stood.
	masked = "[masked]"

	// maskLimit is the length in bytes of the longest text Mask returns.
	maskLimit = 64 << 10

	// maxUserInfo is the longest user name and password that is looked for in
	// front of an at sign.
	maxUserInfo = 4 << 10

	// shortestBare is the length of the shortest secret that nothing but
	// letters, digits and the joints of names make up: a JSON Web Token.
	shortestBare = 16

	// maskRounds bounds the search for a stable result. One round masks, one
	// sees that nothing is left; the others are for texts that grew over the
	// limit and for secrets inside what surrounds another secret.
	maskRounds = 5
)

// Mask returns text with every secret it recognises replaced by "[masked]".
// What is harmless around a secret stays, so that a message remains readable:
//
//	dial postgres://[masked]@db.example.com/sales: refused
//	Authorization: Bearer [masked]
//	password=[masked] sslmode=disable
//
// It is meant for free text that goes to endpoints the operator configured:
// messages of errors, stack traces, URLs, data source names, command lines. It
// is a net under free text and no licence to send such text elsewhere: a
// secret without a published format and without a telling name beside it
// cannot be recognised.
//
// A text without secrets is returned as it is and costs no allocation. A text
// longer than 64 KiB is cut there and ends in " [cut]"; the result is never
// longer than that. Time is linear in the length of the text. Mask(Mask(x))
// equals Mask(x). Mask may be called from several goroutines.
//
// # Where the list comes from
//
// The formats of tokens follow the public rule set of gitleaks
// (https://github.com/gitleaks/gitleaks, config/gitleaks.toml) and what the
// vendors publish about their own tokens. The forms of data source names
// follow RFC 3986, libpq, go-sql-driver/mysql, ODBC and Azure's connection
// strings. Lengths are lower bounds here, because a token that grew by some
// characters is still a token.
func Mask(text string) string {
	if isPlain(text) {
		return text
	}
	m := shared.get()
	for range maskRounds {
		next := m.round(text)
		if next == text {
			return text
		}
		text = next
	}
	// A text that never settles cannot be vouched for.
	return masked
}

// isPlain tells whether text is too short and too plain for any rule, as most
// names of spans are.
func isPlain(text string) bool {
	if len(text) >= shortestBare {
		return false
	}
	for i := range len(text) {
		if !isNameByte(text[i]) {
			return false
		}
	}
	return true
}

// shared has the index of all rules, built on first use, so that importing the
// package costs nothing. It is a plain value and no sync.OnceValue, which would
// link the rules into programs that mask nothing. Regular expressions are
// compiled later still, one by one, each when its rule is first needed.
var shared lazyMasker

type lazyMasker struct {
	once   sync.Once
	masker *masker
}

func (l *lazyMasker) get() *masker {
	l.once.Do(func() { l.masker = newMasker(maskRules()) })
	return l.masker
}

// A rule recognises one family of secrets.
type rule struct {
	name string

	// needs are texts of which a secret of this family contains at least one.
	// They are compared by byte class: see classOf.
	needs []string

	// near, when set, looks closer at a place where a need was found: at is
	// the offset behind it.
	near func(text string, at int) bool

	// test, when set, is the necessary test of a rule that has no needs.
	test func(text string) bool

	// re finds candidates. What its first participating group matched is
	// masked, or all of it if it has no group; the rest is kept.
	re func() *regexp.Regexp

	// span, when set, decides instead which bytes of a candidate are masked.
	// m is as from FindStringSubmatchIndex. It returns lo == hi for none.
	span func(text string, m []int) (lo, hi int)
}

// apply returns text with the rule's secrets masked.
func (r *rule) apply(text string) string {
	var out strings.Builder
	end := 0
	for _, m := range r.re().FindAllStringSubmatchIndex(text, -1) {
		if m[0] < end {
			continue
		}
		lo, hi := r.secret(text, m)
		if lo >= hi || text[lo:hi] == masked {
			continue
		}
		out.WriteString(text[end:lo])
		out.WriteString(masked)
		end = hi
	}
	if end == 0 {
		return text
	}
	out.WriteString(text[end:])
	return out.String()
}

func (r *rule) secret(text string, m []int) (lo, hi int) {
	if r.span != nil {
		return r.span(text, m)
	}
	return firstGroup(m)
}

// firstGroup returns the bounds of the first group that took part in a match.
func firstGroup(m []int) (lo, hi int) {
	for i := 2; i < len(m); i += 2 {
		if m[i] >= 0 {
			return m[i], m[i+1]
		}
	}
	return m[0], m[1]
}

// A needle is one text a rule needs.
type needle struct {
	text string
	rule int
}

// A masker finds in one pass over a text which rules could apply to it. It
// keeps the first three byte classes of every need as a set of bits; most
// places in a harmless text miss it, and only the others are compared.
type masker struct {
	rules   []rule
	tests   []int // the rules that have a test
	class   [256]byte
	starts  [1 << 15 / 64]uint64
	needles map[uint32][]needle // by the three classes they begin with
}

func newMasker(rules []rule) *masker {
	m := &masker{rules: rules, needles: map[uint32][]needle{}}
	for c := range m.class {
		m.class[c] = classOf(byte(c))
	}
	for i, r := range rules {
		if r.test != nil {
			m.tests = append(m.tests, i)
		}
		for _, need := range r.needs {
			m.index(need, i)
		}
	}
	return m
}

// index files one need, which must have three bytes or more.
func (m *masker) index(need string, rule int) {
	tri := uint32(classOf(need[0]))<<10 | uint32(classOf(need[1]))<<5 | uint32(classOf(need[2]))
	m.starts[tri>>6] |= 1 << (tri & 63)
	m.needles[tri] = append(m.needles[tri], needle{need, rule})
}

// classOf maps a byte to one of 32 classes. Letters lose their case, digits
// are all alike, and so are the two ways to join words, because names are
// written API_KEY, api-key and ApiKey.
func classOf(c byte) byte {
	switch {
	case isLetter(c):
		return c & 31
	case isDigit(c):
		return 27
	case c == '_' || c == '-':
		return 28
	case c == '.':
		return 29
	case c == ':':
		return 30
	case c == '/':
		return 31
	}
	return 0
}

// round cuts text to the limit and applies each rule once.
func (m *masker) round(text string) string {
	text = clip.Words(text, maskLimit)
	found := m.find(text)
	for i := range m.rules {
		if found&(1<<i) != 0 {
			text = m.rules[i].apply(text)
		}
	}
	return text
}

// find returns the rules whose necessary test text passes, as bits.
func (m *masker) find(text string) (found uint64) {
	var tri uint32
	for i := 0; i < len(text); i++ {
		tri = (tri<<5 | uint32(m.class[text[i]])) & (1<<15 - 1)
		if m.starts[tri>>6]&(1<<(tri&63)) != 0 {
			found |= m.verify(text, i-2, m.needles[tri], found)
		}
	}
	for _, i := range m.tests {
		if m.rules[i].test(text) {
			found |= 1 << i
		}
	}
	return found
}

// verify returns the rules of those needles that stand at offset i.
func (m *masker) verify(text string, i int, needles []needle, found uint64) (more uint64) {
	for _, n := range needles {
		if i < 0 || found&(1<<n.rule) != 0 || !m.stands(text[i:], n.text) {
			continue
		}
		if near := m.rules[n.rule].near; near == nil || near(text, i+len(n.text)) {
			more |= 1 << n.rule
		}
	}
	return more
}

// stands tells whether text begins with need, as far as classes go. Bytes
// without a class of their own must be the same.
func (m *masker) stands(text, need string) bool {
	if len(text) < len(need) {
		return false
	}
	for i := range len(need) {
		c, n := text[i], need[i]
		if c != n && (m.class[c] != m.class[n] || m.class[c] == 0) {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// isNameByte tells whether c may stand in a name such as db.api-key_2.
func isNameByte(c byte) bool {
	return isLetter(c) || isDigit(c) || c == '_' || c == '-' || c == '.'
}
