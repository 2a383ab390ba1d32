package anon

import "strings"

// isHarmlessValue tells whether a value shows by itself that it is no secret:
// it is missing, masked already or yet to be filled in.
func isHarmlessValue(v string) bool {
	bare := strings.Trim(v, ".,:;!?()[]")
	return bare == "" || strings.Trim(v, ".,:;!?()") == masked || isFiller(bare) || isTemplate(v) || isAbsentWord(bare)
}

// isAbsentWord tells whether v says that there is no value to see.
func isAbsentWord(v string) bool {
	switch strings.ToLower(v) {
	case "nil", "null", "none", "true", "false", "undefined", "yes", "no", "unset", "redacted", "hidden", "masked", "filtered",
		"removed", "omitted", "n/a", "missing", "required", "string", "object":
		return true
	}
	return false
}

// isFiller tells whether others have masked the value.
func isFiller(v string) bool {
	if len(v) <= 24 && strings.Contains(strings.ToLower(v), "redacted") {
		return true
	}
	return strings.Trim(v, "*") == "" || len(v) > 2 && strings.Trim(v, "xX") == "" || strings.Trim(v, "•…") == ""
}

// isTemplate tells whether a program would put the value in later, or did
// print where it lies.
func isTemplate(v string) bool {
	for _, prefix := range []string{"${", "$(", "{{", "#{", "env.", "process.env", "os.Getenv", "os.environ", "(*", "[]"} {
		if strings.HasPrefix(v, prefix) {
			return true
		}
	}
	switch v[0] {
	case '<':
		return strings.Contains(v, ">") || isWordy(v[1:])
	case '{':
		return v == "{}" || isWordy(strings.Trim(v, "{}")) || isVerb(v[1:])
	case '$':
		return isCapitals(v[1:]) || isNumber(v[1:])
	case ':':
		return isWordy(v[1:])
	case '?':
		return strings.Trim(v, "?,;)") == ""
	case '0':
		return strings.HasPrefix(v, "0xc0") && len(v) <= len("0xc000123456)")
	}
	return isVerb(strings.TrimLeft(v, "("))
}

// isVerb tells whether v begins with a formatting verb that ends there.
func isVerb(v string) bool {
	if !strings.HasPrefix(v, "%") {
		return false
	}
	v = strings.TrimLeft(v[1:], "#+")
	return v != "" && strings.IndexByte("svdqxeTw", v[0]) >= 0 && (len(v) == 1 || !isLetter(v[1]) && !isDigit(v[1]))
}

// isStateWord tells whether v says how things stand with a secret. It counts
// behind a colon, where messages put such words.
func isStateWord(v string) bool {
	switch strings.ToLower(strings.Trim(v, ".,:;!?()[]")) {
	case "empty", "set", "optional", "invalid", "valid", "expired", "eof", "str", "int", "bool", "array", "unauthorized", "forbidden",
		"denied", "unknown", "unsupported", "unavailable", "timeout", "canceled", "cancelled", "closed", "incorrect", "wrong",
		"mismatch", "mismatched", "rejected", "failed", "failure", "error", "ok", "success", "revoked", "disabled", "enabled",
		"malformed", "not", "latest", "default", "found", "present", "absent", "ignored", "encrypted", "plain", "truncated",
		"internal", "unexpected", "duplicate", "sensitive", "text", "binary", "varchar", "jwt", "opaque", "bearer":
		return true
	}
	return false
}

// isDone tells whether v says how far something came that has a name like one
// of a secret: secret_santa=loaded.
func isDone(v string) bool {
	switch strings.ToLower(strings.Trim(v, ".,:;!?()[]")) {
	case "done", "loaded", "ready", "running", "started", "stopped", "finished", "created", "updated", "deleted", "skipped", "pending":
		return true
	}
	return false
}

// isWordy tells whether v is made of words: letters with single joints and
// without the changes of case of generated text.
func isWordy(v string) bool {
	letters, humps := 0, 0
	for i := range len(v) {
		switch c := v[i]; {
		case isLetter(c):
			letters++
			if i > 0 && isUpper(c) && isLower(v[i-1]) {
				humps++
			}
		case i == 0 || !isLetter(v[i-1]) || strings.IndexByte("-_./'", c) < 0:
			return false
		}
	}
	return letters > 0 && humps*4 <= letters
}

// isPath tells whether v is the path of a file. Base64 has slashes too, so
// each part must be as short and as plain as the names of files are.
func isPath(v string) bool {
	switch {
	case strings.HasPrefix(v, "./"), strings.HasPrefix(v, "../"), strings.HasPrefix(v, "~/"):
		return true
	case len(v) > 2 && isLetter(v[0]) && v[1] == ':' && v[2] == '\\':
		return true
	case v == "" || v[0] != '/' || strings.ContainsAny(v, "+="):
		return false
	}
	for part := range strings.SplitSeq(v[1:], "/") {
		if len(part) > 24 || countHumps(part) > 2 {
			return false
		}
	}
	return true
}

func countHumps(s string) (humps int) {
	for i := 1; i < len(s); i++ {
		if isUpper(s[i]) && !isUpper(s[i-1]) {
			humps++
		}
	}
	return humps
}

// isSelector tells whether v is an expression such as cfg.Password.
func isSelector(v string) bool {
	dot := strings.IndexByte(v, '.')
	return dot > 0 && dot < len(v)-1 && isCallee(v)
}

// isCallee tells whether v could be what a program calls or indexes.
func isCallee(v string) bool {
	for i := range len(v) {
		if c := v[i]; !isLetter(c) && c != '_' && c != '.' && (i == 0 || !isDigit(c)) {
			return false
		}
	}
	return v != ""
}

// isPosition tells whether v is a place in a file: main.go:12 or a.c:1:20.
func isPosition(v string) bool {
	file, place, ok := strings.Cut(strings.TrimRight(v, ":,"), ":")
	dot := strings.LastIndexByte(file, '.')
	return ok && dot > 0 && len(file)-dot <= 5 && isNumber(strings.ReplaceAll(place, ":", ""))
}

// isSentence tells whether v has several words and little else.
func isSentence(v string) bool {
	words := strings.Fields(v)
	wordy := 0
	for _, word := range words {
		if isWordy(strings.Trim(word, ".,:;!?()\"'`")) {
			wordy++
		}
	}
	return len(words) >= 3 && wordy*3 >= len(words)*2
}

func isNumber(v string) bool { return v != "" && strings.Trim(v, "0123456789") == "" }

func isCapitals(v string) bool {
	return v != "" && strings.Trim(v, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == ""
}

func hasDigit(v string) bool { return strings.ContainsAny(v, "0123456789") }
