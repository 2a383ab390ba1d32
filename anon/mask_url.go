package anon

import "strings"

// hasAtSign looks ahead no further than user names and passwords are long.
func hasAtSign(text string, at int) bool {
	return strings.IndexByte(text[at:min(len(text), at+maxUserInfo)], '@') >= 0
}

// nearQuote wants a quotation mark in front of the scheme as well.
func nearQuote(text string, at int) bool {
	start := at - len("://")
	for start > 0 && at-start < 32 && (isNameByte(text[start-1]) || text[start-1] == '+') {
		start--
	}
	return start > 0 && text[start-1] == '"' && hasAtSign(text, at)
}

// hasHostUserInfo looks for name:password@ in front of host:port or host/path.
func hasHostUserInfo(text string) bool {
	for rest := text; ; {
		i := strings.IndexByte(rest, '@')
		if i < 0 {
			return false
		}
		rest = rest[i+1:]
		if endsUserInfo(text[:len(text)-len(rest)-1]) && beginsHost(rest) {
			return true
		}
	}
}

// endsUserInfo looks back no further than user names and passwords are long.
// What follows a slash is part of a URL, which has a rule of its own.
func endsUserInfo(s string) bool {
	s = s[max(0, len(s)-256):]
	colon := strings.LastIndexByte(s, ':')
	if colon <= 0 || strings.LastIndexAny(s, " \t\n/\"'") > colon {
		return false
	}
	before := strings.LastIndexAny(s[:colon], " \t\n/\"'=(,<[")
	return before < 0 || s[before] != '/'
}

// beginsHost looks ahead no further than names of hosts are long.
func beginsHost(s string) bool {
	s = s[:min(len(s), 256)]
	i := strings.IndexAny(s, ":/")
	return i > 0 && i+1 < len(s) && isNameByte(s[i+1])
}

// userInfoSpan keeps the user name by which forges serve SSH, and what is no
// user info but an image pinned by digest.
func userInfoSpan(text string, m []int) (lo, hi int) {
	lo, hi = firstGroup(m)
	user := text[lo:hi]
	if user == "git" || user == masked || isDigestAt(text[hi+1:]) {
		return 0, 0
	}
	return lo, hi
}

// refusedSpan masks in a URL that net/url quotes in its error what may be user
// info: everything in front of the last at sign. Without one the number sign
// of a password cut the URL short, and what follows the colon is masked unless
// it is a port.
func refusedSpan(text string, m []int) (lo, hi int) {
	lo, hi = m[2], m[3]
	lo += max(0, strings.LastIndex(text[lo:hi], "parse "))
	i := strings.Index(text[lo:hi], "://")
	if i < 0 {
		return 0, 0
	}
	lo += i + len("://")
	url := text[lo:hi]
	if at := strings.LastIndexByte(url, '@'); at >= 0 {
		if url[:at] == "git" {
			return 0, 0
		}
		return lo, lo + at
	}
	colon := strings.IndexByte(url, ':')
	if colon < 0 || url[0] == '[' || isPortLike(url[colon+1:]) {
		return 0, 0
	}
	return lo + colon + 1, hi
}

// isPortLike tells whether a URL goes on with a port or with the word for one.
func isPortLike(s string) bool {
	s = strings.TrimLeft(s, "0123456789")
	if s == "" || strings.IndexByte("/?#,", s[0]) >= 0 {
		return true
	}
	word := s[:len(s)-len(strings.TrimLeft(s, "$%{}<>abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"))]
	return strings.EqualFold(word, "port") || word != "" && isTemplate(word)
}

// portSpan masks what net/url took for a port, unless the URL in front of it
// still shows it there: then it was no user info.
func portSpan(text string, m []int) (lo, hi int) {
	before := text[max(0, m[0]-maxUserInfo):m[0]]
	url := before[strings.LastIndex(before, "://")+1:]
	url = strings.TrimPrefix(url, "//")
	host := url[strings.LastIndexByte(url, '@')+1:]
	if i := strings.IndexAny(host, `/?#"\`); i >= 0 {
		host = host[:i]
	}
	if strings.HasSuffix(host, text[m[2]-1:m[3]]) {
		return 0, 0
	}
	return m[2], m[3]
}

func isDigestAt(s string) bool {
	return strings.HasPrefix(s, "sha256:") || strings.HasPrefix(s, "sha512:")
}

// hostUserSpan masks name and password of name:password@host. The third of
// some workers and a time of day are no passwords.
func hostUserSpan(text string, m []int) (lo, hi int) {
	password := text[m[4]:m[5]]
	if isDigestAt(text[m[6]:]) || isAddressScheme(text[m[2]:m[3]]) || isNumber(password) && len(password) < 4 {
		return 0, 0
	}
	return m[2], m[5]
}

func isAddressScheme(s string) bool {
	switch strings.ToLower(s) {
	case "mailto", "sip", "sips", "acct", "xmpp", "npm", "jsr", "tel", "git":
		return true
	}
	return false
}
