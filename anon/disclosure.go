package anon

import (
	"fmt"
	"strings"
)

// Disclosure is how much of a span an endpoint of the operator's own sees. It
// never applies to an anonymous route, which gets messages.
type Disclosure uint8

const (
	// DiscloseAnonymous shows what the anonymous route shows: the declared
	// fields as values of their kind, span names that make an event, no
	// exceptions. It is the zero value.
	DiscloseAnonymous Disclosure = iota
	// DiscloseDeclared shows the names of spans and events and exceptions with
	// message and stack, secrets masked, and the declared attributes as they
	// are. Only the class of an error is masked too.
	DiscloseDeclared
	// DiscloseAll shows everything the program recorded; only secrets in names,
	// exceptions and the description of the status are still masked.
	DiscloseAll
)

var disclosureNames = [...]string{
	DiscloseAnonymous: "anonymous", DiscloseDeclared: "declared", DiscloseAll: "all",
}

// String is the word the settings use: anonymous, declared or all.
func (d Disclosure) String() string {
	if int(d) < len(disclosureNames) {
		return disclosureNames[d]
	}
	return "unknown"
}

// ParseDisclosure reads the words String writes, in any case and with spaces
// around them. With an error it returns DiscloseAnonymous, the least.
func ParseDisclosure(text string) (Disclosure, error) {
	for d, name := range disclosureNames {
		if strings.EqualFold(strings.TrimSpace(text), name) {
			return Disclosure(d), nil
		}
	}
	return DiscloseAnonymous, fmt.Errorf("anon: %q is not one of anonymous, declared, all", text)
}
