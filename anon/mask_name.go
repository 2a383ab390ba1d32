package anon

import "strings"

// A demand says what the name beside a value asks of the value for it to be
// taken for a secret.
type demand int

const (
	noSecret   demand = iota // the name is not one of a secret
	anyValue                 // whatever it is
	wordValue                // no count and no verdict
	longValue                // long enough to have been generated
	codedValue               // longer still
)

func (d demand) met(v string) bool {
	switch d {
	case anyValue:
		return true
	case wordValue:
		return len(v) >= 4 && !isStateWord(v) && !isDone(v) && (!isNumber(v) || len(v) >= 8)
	case longValue:
		return len(v) >= 8 && hasDigit(v) && !strings.Contains(v, " ")
	case codedValue:
		return len(v) >= 16 && hasDigit(v) && !strings.Contains(v, " ")
	}
	return false
}

// secretNeeds are the texts that names of secrets are made of. Case and the
// choice between - and _ do not matter: see classOf.
func secretNeeds() []string {
	return []string{
		"passw", "passphrase", "passcode", "pass=", "pass:", `pass"`, "_pass", "pwd", "pw=", `pw"`, "secret", "token", "credential",
		"_key", "apikey", "accesskey", "secretkey", "privatekey", "accountkey", "authkey", "sharedkey", "signingkey",
		"encryptionkey", "masterkey", "writekey", "licensekey", "subscriptionkey", "sessionkey", "clientkey", "servicekey",
		"appkey", "storagekey", "consumerkey", "deploykey", "integrationkey", "instrumentationkey", "webhookkey", "adminkey",
		"session", "sessid", ".sid", "signature", "sig=", "_auth", "honeycomb_team",
	}
}

// demandOf judges a name. Only what stands behind its last dot counts: of
// db.password the password, of token.go nothing.
func demandOf(name string) demand {
	name = name[strings.LastIndexByte(name, '.')+1:]
	words := nameWords(name)
	if len(words) == 0 || isAboutSecrets(words) {
		return noSecret
	}
	best := noSecret
	for i, word := range words {
		if d := demandOfWord(words, i, word); d != noSecret && (best == noSecret || d < best) {
			best = d
		}
	}
	if best == noSecret && strings.HasPrefix(name, "_auth") {
		return longValue
	}
	return best
}

func demandOfWord(words []string, i int, word string) demand {
	switch {
	case hasAnySuffix(word, "password", "passwd", "passphrase", "passcode", "passwort", "pwd", "secret", "token", "credential", "credentials"),
		hasAnySuffix(word, "apikey", "accesskey", "secretkey", "privatekey", "accountkey", "authkey", "sharedkey", "signingkey", "writekey", "licensekey", "encryptionkey", "masterkey"),
		word == "team" && i > 0 && words[i-1] == "honeycomb",
		word == "key" && i > 0 && isKeyOwner(words[i-1]),
		word == "pass" && i > 0 && !isPassCount(words[i-1]):
		return anyValue
	case word == "pass" && i == 0, word == "pw":
		return wordValue
	case word == "auth" && i > 0 && i == len(words)-1, hasAnySuffix(word, "session", "sessionid", "sessid"), word == "sid":
		return longValue
	case word == "signature", word == "sig":
		return codedValue
	}
	return noSecret
}

func hasAnySuffix(s string, suffixes ...string) bool {
	for _, suffix := range suffixes {
		if strings.HasSuffix(s, suffix) {
			return true
		}
	}
	return false
}

// isKeyOwner tells whether a key of this owner is a secret: an api key is,
// a primary key is not.
func isKeyOwner(word string) bool {
	switch word {
	case "api", "access", "secret", "private", "account", "signing", "encryption", "decryption", "shared", "master", "auth",
		"ssh", "storage", "deploy", "service", "app", "application", "subscription", "license", "licence", "webhook", "ingest",
		"ingestion", "write", "integration", "instrumentation", "function", "functions", "fastly", "admin", "consumer", "client",
		"session", "jwt", "hmac", "cookie", "crypt", "cipher", "aes", "rsa", "pgp", "gpg", "ssl", "tls", "security", "sas",
		"openai", "anthropic", "datadog", "dd", "mailgun", "sendgrid", "stripe", "honeycomb", "newrelic", "relic", "host":
		return true
	}
	return false
}

// isPassCount tells whether a pass of this kind is a time through: the first
// pass is, a user's is not.
func isPassCount(word string) bool {
	switch word {
	case "one", "two", "three", "first", "second", "third", "last", "final", "next", "each", "per", "single", "multi", "low",
		"high", "band", "by", "num", "max":
		return true
	}
	return false
}

// isAboutSecrets tells whether the last word of a name says that the value is
// about a secret and not the secret: token_type, password_file, secret-name.
func isAboutSecrets(words []string) bool {
	switch last := words[len(words)-1]; last {
	case "id":
		before := words[max(0, len(words)-2)]
		return !hasAnySuffix(before, "secret", "session")
	case "type", "types", "url", "urls", "uri", "endpoint", "file", "files", "filename", "path", "dir", "name", "names", "expiry",
		"expires", "expiration", "expire", "expired", "ttl", "timeout", "lifetime", "duration", "age", "count", "counts", "length",
		"len", "size", "limit", "limits", "budget", "usage", "used", "policy", "policies", "version", "versions", "enabled",
		"disabled", "required", "exists", "valid", "invalid", "status", "state", "mode", "format", "store", "manager", "provider",
		"service", "server", "source", "kind", "class", "method", "strategy", "issuer", "audience", "scope", "scopes", "algorithm",
		"alg", "encoding", "prefix", "suffix", "pattern", "regex", "regexp", "field", "column", "header", "param", "parameter",
		"env", "var", "variable", "ref", "arn", "index", "position", "pos", "offset", "line", "start", "end", "in", "at", "by",
		"on", "is", "error", "err", "errors", "request", "response", "reset", "change", "changed", "hint", "prompt", "check",
		"checker", "failed", "failure", "failures", "attempt", "attempts", "mismatch", "rotation", "validator", "validation",
		"verification", "generator", "handler", "bucket", "rate", "min", "max", "ids", "stdin", "helper", "host", "port",
		"username", "keys", "engine", "backend", "spec", "controller", "operator", "client", "plugin", "driver":
		return true
	}
	return false
}

// nameWords splits a name at _, - and where the case says so, in lower case:
// dbPassword_2 is db, password, 2 and APIKey is api, key.
func nameWords(name string) []string {
	var words []string
	start := 0
	for i := 0; i <= len(name); i++ {
		joint := i == len(name) || name[i] == '_' || name[i] == '-'
		if !joint && !isHump(name, i) {
			continue
		}
		if i > start {
			words = append(words, strings.ToLower(name[start:i]))
		}
		start = i
		if joint {
			start++
		}
	}
	return words
}

// isHump tells whether a new word begins with the capital at i.
func isHump(name string, i int) bool {
	if i == 0 || !isUpper(name[i]) {
		return false
	}
	return !isUpper(name[i-1]) || i+1 < len(name) && isLower(name[i+1])
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
