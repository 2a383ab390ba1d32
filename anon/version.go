package anon

// devel is what a version becomes that does not look like one: it may name a
// branch, a person or a commit.
const devel = "devel"

// coarseVersion returns v if it is a release number: up to three groups of up to
// four digits, an optional leading v or go, an optional -alpha.N, -beta.N,
// -rc.N or rcN. Anything else is devel, addresses and account numbers among it.
func coarseVersion(v string) string {
	rest := trimAny(v, "go", "v")
	groups := 0
	for {
		n := digits(rest)
		if n == 0 || n > 4 {
			return devel
		}
		rest = rest[n:]
		groups++
		if rest == "" || rest[0] != '.' || groups == 3 {
			break
		}
		rest = rest[1:]
	}
	if rest == "" || preRelease(rest) {
		return v
	}
	return devel
}

func preRelease(s string) bool {
	s = trimAny(s, "-")
	word := trimAny(s, "alpha", "beta", "rc")
	if word == s {
		return false
	}
	number := trimAny(word, ".")
	return len(number) <= 4 && digits(number) == len(number)
}

func trimAny(s string, prefixes ...string) string {
	for _, p := range prefixes {
		if len(s) >= len(p) && s[:len(p)] == p {
			return s[len(p):]
		}
	}
	return s
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}
