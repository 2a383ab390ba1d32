package record

import (
	"bytes"
	"strconv"
)

// reader walks through a text that is known to be valid JSON.
type reader struct {
	rest    []byte
	unsound *bool
}

// next drops white space and returns the byte behind it.
func (r *reader) next() byte {
	r.rest = bytes.TrimLeft(r.rest, " \t\r\n")
	return r.rest[0]
}

// value returns nil for null.
func (r *reader) value() any {
	switch r.next() {
	case '{':
		return r.object()
	case '[':
		return r.list()
	case '"':
		return r.text()
	}
	switch word := r.word(); word {
	case "null":
		return nil
	case "true", "false":
		return word == "true"
	default:
		return number(word)
	}
}

func (r *reader) object() Object {
	o := Object{members: map[string]any{}, unsound: r.unsound}
	r.skip() // the brace
	for r.next() != '}' {
		name, _ := r.text().(string)
		r.next()
		r.skip() // the colon
		if v := r.value(); v != nil {
			_, twice := o.members[name]
			*r.unsound = *r.unsound || twice
			o.members[name] = v
		}
		r.separator()
	}
	r.skip()
	return o
}

func (r *reader) list() any {
	r.skip() // the bracket
	for r.next() != ']' {
		r.value()
		r.separator()
	}
	r.skip()
	return foreign{}
}

func (r *reader) separator() {
	if r.next() == ',' {
		r.skip()
	}
}

func (r *reader) skip() { r.rest = r.rest[1:] }

// text reads a string. What strconv does not take is not written by
// encoding/json either: an escaped slash, halves of a character.
func (r *reader) text() any {
	end := 1
	for r.rest[end] != '"' {
		if r.rest[end] == '\\' {
			end++
		}
		end++
	}
	quoted := string(r.rest[:end+1])
	r.rest = r.rest[end+1:]
	text, err := strconv.Unquote(quoted)
	if err != nil {
		return foreign{}
	}
	return text
}

// word reads a number or a name such as true.
func (r *reader) word() string {
	end := bytes.IndexAny(r.rest, " \t\r\n,]}")
	if end < 0 {
		end = len(r.rest)
	}
	word := string(r.rest[:end])
	r.rest = r.rest[end:]
	return word
}
