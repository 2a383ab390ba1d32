package otelbridge

import (
	"slices"
	"strings"
)

// origin is who made a setting. Credentials only go to an endpoint of the
// right origin.
type origin struct {
	kind originKind
	// file is the path, for a setting from a file.
	file string
}

type originKind uint8

const (
	fromNobody originKind = iota
	fromApp
	fromEnv
	fromOTel
	fromFile
	fromProject
)

// setting is a value, who made it and whether it can be understood.
type setting struct {
	Value
	origin origin
	wrong  error
}

// origin is who speaks in a file.
func (f configFile) origin() origin {
	if f.project {
		return origin{fromProject, f.path}
	}
	return origin{fromFile, f.path}
}

// newSetting drops the spaces around a value. A blank one is still given, and
// is not a valid endpoint: only an empty one is as if it were not there.
func newSetting(text, source string, from origin) setting {
	return setting{Value: Value{strings.TrimSpace(text), source}, origin: from}
}

func (s setting) given() bool { return s.origin.kind != fromNobody }

// offWord reports whether somebody wrote off where an endpoint is expected.
func (s setting) offWord() bool {
	return s.wrong == nil && (readWord(s.Text) == no || strings.EqualFold(s.Text, "none"))
}

// candidates are all inputs that make a setting, the one that counts first:
// the environment, then the files in the order given.
func (r *resolver) candidates(key string, files ...configFile) []setting {
	var found []setting
	for _, name := range r.app.variables(key) {
		if text := r.in.Getenv(name); text != "" {
			found = append(found, newSetting(text, name, origin{kind: fromEnv}))
		}
	}
	for _, f := range files {
		for _, e := range f.find(key) {
			if e.text != "" || e.wrong != nil {
				s := newSetting(e.text, e.source, f.origin())
				s.wrong = e.wrong
				found = append(found, s)
			}
		}
	}
	return found
}

// preferred is the candidate that counts: the first, unless it is a project's
// and the user or the administrator wants none; the zero setting without any.
func preferred(found []setting, check func(string) error) setting {
	none := func(s setting) bool { return s.offWord() || s.wrong != nil || check(s.Text) != nil }
	closed := slices.ContainsFunc(found, func(s setting) bool { return s.origin.kind == fromFile && none(s) })
	for _, s := range found {
		if !closed || s.origin.kind != fromProject || none(s) {
			return s
		}
	}
	return setting{}
}

// choose returns the candidate that counts, and shows all; the zero setting
// without any.
func (r *resolver) choose(key string, files ...configFile) setting {
	found := r.candidates(key, files...)
	if len(found) == 0 {
		return setting{}
	}
	r.show(key, found[0], found...)
	return found[0]
}

// show lists the candidates of a setting and which one is used.
func (r *resolver) show(key string, used setting, found ...setting) {
	for _, s := range found {
		f := Finding{Question: key, Input: s.Source, Value: printable(withoutSecrets(s.Text)), Effect: "overruled"}
		if isSecret(key) || strings.Contains(s.Text, "@") {
			f.Value = "set"
		}
		if s.Source == used.Source {
			f.Effect, f.Decides = "used", true
		}
		r.Findings = append(r.Findings, f)
	}
}
