package anon

import "strings"

// nearPair wants, behind the need and the rest of the name, what separates a
// name from its value, unless it is a file and its line: token.go:12.
func nearPair(text string, at int) bool {
	if strings.IndexByte("=:\"", text[at-1]) >= 0 {
		return true
	}
	end := skipName(text, at)
	i := end
	for i < len(text) && i < end+6 && strings.IndexByte("\\\"'`] \t", text[i]) >= 0 {
		i++
	}
	if i == len(text) || strings.IndexByte(":=%-", text[i]) < 0 {
		return false
	}
	isLine := text[i] == ':' && i+1 < len(text) && isDigit(text[i+1]) && strings.IndexByte(text[at:end], '.') >= 0
	return !isLine
}

// skipName returns the end of the name that goes on at offset at. The bound
// keeps a text that repeats a need from costing quadratic time.
func skipName(text string, at int) int {
	for end := min(len(text), at+64); at < end && isNameByte(text[at]); {
		at++
	}
	return at
}

// A pair is a candidate for a secret with a name: name, separator and value
// of text, as offsets.
type pair struct {
	text       string
	nameLo     int
	nameHi     int
	lo, hi     int // the value
	quoted     bool
	colon      bool // the separator is a colon, which prose uses too
	spaced     bool // white space follows the separator
	oneSided   bool // and none stands before it
	nameQuoted bool
	long       bool // the value is longer than a harmless one can be
	demand     demand
}

// pairSpan decides about name=value in all its forms.
func pairSpan(text string, m []int) (lo, hi int) {
	p := pair{text: text, nameLo: m[2], nameHi: m[3], lo: m[5]}
	p.demand = demandOf(text[m[2]:m[3]])
	if p.demand == noSecret {
		return 0, 0
	}
	p.separator(text[m[4]:m[5]])
	p.value()
	if !p.secret() {
		return 0, 0
	}
	return p.lo, p.hi
}

func (p *pair) separator(sep string) {
	p.nameQuoted = strings.ContainsAny(sep, "\"'`")
	p.spaced = strings.HasSuffix(sep, " ") || strings.HasSuffix(sep, "\t")
	p.colon = strings.HasSuffix(strings.TrimSpace(sep), ":")
	p.oneSided = p.spaced && strings.HasPrefix(sep, "=")
}

// plainLimit is the length from which on a value cannot be harmless. It also
// keeps a text of nothing but pairs from costing quadratic time.
const plainLimit = 1 << 10

// value finds where the value begins and ends.
func (p *pair) value() {
	rest := p.text[p.lo:]
	if strings.HasPrefix(rest, "[") && !strings.HasPrefix(rest, "[]") && !strings.HasPrefix(rest, masked) {
		p.lo++
	}
	if quote := quoteAt(p.text[p.lo:]); quote != "" && !p.endsQuote(quote) {
		p.quoted = true
		p.lo += len(quote)
		p.ends(func(s string) int { return quotedLen(s, quote) })
		return
	}
	if n := bracedLen(p.text[p.lo:]); n > 0 && !p.colon {
		p.hi = p.lo + n
		return
	}
	p.ends(func(s string) int { return bareEnd(s, 0) })
	if p.colon && p.isPassword() && p.isKey() {
		p.passphrase()
	}
}

// ends measures the value, at first no further than a harmless one could go.
func (p *pair) ends(length func(string) int) {
	rest := p.text[p.lo:]
	n := length(rest[:min(len(rest), plainLimit)])
	if n == plainLimit {
		p.long = true
		n = length(rest)
	}
	p.hi = p.lo + n
}

// bracedLen returns the length of {...}, by which ODBC quotes, or 0.
func bracedLen(s string) int {
	if !strings.HasPrefix(s, "{") {
		return 0
	}
	s = s[:min(len(s), 256)]
	if end := strings.IndexAny(s, "}\n"); end > 0 && s[end] == '}' {
		return end + 1
	}
	return 0
}

// endsQuote tells whether the quotation mark behind the separator is the one
// that was opened before the name: nothing of the value is then in the text.
func (p *pair) endsQuote(quote string) bool {
	return !p.nameQuoted && strings.HasSuffix(p.text[:p.nameLo], quote)
}

// quoteAt returns the quotation mark s begins with, with the backslashes in
// front of it in text that was quoted more than once.
func quoteAt(s string) string {
	i := 0
	for i < len(s) && s[i] == '\\' {
		i++
	}
	if i < len(s) && strings.IndexByte("\"'`", s[i]) >= 0 {
		return s[:i+1]
	}
	return ""
}

// quotedLen returns the length of the value in front of the closing mark. A
// value that is never closed, as in a text that was cut, ends with its line.
func quotedLen(s, quote string) int {
	for i := 0; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], quote):
			return i
		case s[i] == '\n':
			return i
		case s[i] == '\\' && len(quote) == 1:
			i++
		}
	}
	return len(s)
}

// bareEnd returns the end of a value without quotation marks. Marks that may
// stand in a password end it only if what follows shows that they are not
// part of it.
func bareEnd(text string, i int) int {
	if strings.HasPrefix(text[i:], masked) {
		i += len(masked)
	}
	for ; i < len(text) && !isSpace(text[i]); i++ {
		if isClosing(text, i) {
			break
		}
	}
	return i
}

func isClosing(text string, i int) bool {
	next := text[i+1:]
	switch c := text[i]; c {
	case '"', '\'', '`', ')', ']', '}', '>':
		return next == "" || isSpace(next[0]) || strings.IndexByte("\"'`,;&)]}>|:.\\/", next[0]) >= 0
	case ',', ';', '&', '|':
		return next == "" || isSpace(next[0]) || strings.IndexByte("\"'`)]}", next[0]) >= 0 || beginsPair(next, c == ';')
	case ':':
		return next == "" || isSpace(next[0])
	case '<':
		return strings.HasPrefix(next, "/")
	case '\\':
		return quoteAt(text[i:]) != ""
	}
	return false
}

// beginsPair tells whether s begins with a name and = or a colon. The names of
// ODBC have spaces.
func beginsPair(s string, spaces bool) bool {
	i := 0
	for i < len(s) && i < 40 && (isNameByte(s[i]) || spaces && s[i] == ' ') {
		i++
	}
	return i > 0 && isLetter(s[0]) && i < len(s) && (s[i] == '=' || s[i] == ':')
}

// secret decides about a pair whose name is one of a secret.
func (p *pair) secret() bool {
	if p.long {
		return true
	}
	v := p.text[p.lo:p.hi]
	if !p.demand.met(v) || isHarmlessValue(v) || p.isReference(v) || p.colon && isStateWord(v) || !p.isPassword() && isDone(v) {
		return false
	}
	switch {
	case p.quoted:
		return p.isQuotedSecret(v)
	case p.isCode(v), p.oneSided && beginsPair(v, false):
		return false
	case !p.colon:
		return p.isPassword() || !p.isCount(v)
	case !p.spaced:
		return !p.isLabel(v)
	}
	return !p.isProse(v)
}

// isQuotedSecret decides about a value in quotation marks. Parsers put what
// they met in quotation marks too: unexpected token: "}".
func (p *pair) isQuotedSecret(v string) bool {
	if !p.isPassword() && isSentence(v) {
		return false
	}
	return !p.colon || p.isKey() || !isWordy(v) && len(v) >= 4
}

// isReference tells whether a value names the place of a secret: a path or an
// address. Secrets inside those are for other rules to find.
func (p *pair) isReference(v string) bool {
	return isPath(v) || isPosition(v) || strings.Contains(v, "://") || strings.HasPrefix(v, "//")
}

// isCode tells whether a value behind an equals sign is an expression, as in
// the source lines of a stack trace.
func (p *pair) isCode(v string) bool {
	if strings.HasSuffix(strings.TrimRight(p.text[:p.lo], " \t"), "==") {
		return true
	}
	name := p.text[p.nameLo:p.nameHi]
	bare := strings.TrimLeft(strings.TrimRight(v, ",;)"), "&*")
	if name == "token" && (isCapitals(bare) && len(bare) <= 12 || isWordy(bare) && strings.HasSuffix(p.text[:p.nameLo], "nexpected ")) {
		return true
	}
	if bare == name[strings.LastIndexByte(name, '.')+1:] || isSelector(bare) && demandOf(bare) != noSecret {
		return true
	}
	open := strings.IndexAny(bare, "([{")
	return open > 0 && isCallee(bare[:open]) && (p.spaced || strings.IndexByte(bare[:open], '.') > 0)
}

// isLabel tells whether a colon without space is part of one word: an image
// and its tag, an ARN, a file and its line.
func (p *pair) isLabel(v string) bool {
	if p.nameLo > 0 && strings.IndexByte(":/", p.text[p.nameLo-1]) >= 0 {
		return true
	}
	return isNumber(v) && len(v) < 6 && !(p.isPassword() && len(v) >= 4) || v[0] == '{' || p.chains(v)
}

// isProse tells whether what looks like name: value is part of a sentence or
// of a chain of wrapped errors.
func (p *pair) isProse(v string) bool {
	if v[0] == '{' || v[0] == '(' || p.chains(v) {
		return true
	}
	bare := strings.TrimRight(v, ".,:;!?)")
	switch {
	case p.demand == wordValue && (isUpper(p.text[p.nameLo]) || isNumber(bare) || !hasDigit(bare)):
		return true // PASS: TestToken
	case isNumber(bare):
		return p.isCount(bare)
	case isWordy(bare):
		return p.sentenceGoesOn() || !p.isKey() && !p.isPassword()
	}
	return !p.isKey() && !p.isPassword() && len(bare) < 6
}

// isCount tells whether v is too short a number for a secret. Tokens are
// counted, and sent as codes of six digits.
func (p *pair) isCount(v string) bool {
	shortest := 4
	if hasAnySuffix(strings.ToLower(p.text[p.nameLo:p.nameHi]), "token") {
		shortest = 6
	}
	return isNumber(v) && len(v) < shortest
}

// chains tells whether another colon follows, and v is what wrapped errors
// put in front of one: a word or the name of a package.
func (p *pair) chains(v string) bool {
	if p.hi >= len(p.text) || p.text[p.hi] != ':' {
		return false
	}
	switch v {
	case "x509", "oauth2", "http2", "base64", "base32", "utf8", "sha256", "ed25519", "pkcs12", "pkcs7", "pkcs8", "asn1", "pgx5", "s3", "ec2":
		return true
	}
	return isWordy(v)
}

// sentenceGoesOn tells whether a word follows the value on its line.
func (p *pair) sentenceGoesOn() bool {
	rest := p.text[p.hi:]
	trimmed := strings.TrimLeft(rest, " ")
	return len(trimmed) > 0 && len(trimmed) < len(rest) && trimmed[0] != '\n' && trimmed[0] != '\r'
}

// isKey tells whether the name stands where keys stand: at the start of a
// line or behind a mark that separates pairs. A name of several words is a key
// wherever it stands.
func (p *pair) isKey() bool {
	if p.nameQuoted || len(nameWords(p.text[p.nameLo:p.nameHi])) > 1 {
		return true
	}
	before := strings.TrimRight(p.text[:p.nameLo], " \t-")
	if before == "" {
		return true
	}
	return strings.IndexByte("\n{,;([|&?\"'", before[len(before)-1]) >= 0
}

func (p *pair) isPassword() bool {
	name := strings.ToLower(p.text[p.nameLo:p.nameHi])
	return strings.Contains(name, "pass") || strings.HasSuffix(name, "pwd")
}
