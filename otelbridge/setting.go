package otelbridge

import (
	"fmt"
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
	// limit says why it may turn off, and nothing else.
	limit string
}

// Why a setting of a project has no effect, or less.
const (
	limitStranger = "is ignored: it belongs to another user"
	limitProject  = "is ignored: a project cannot say where anonymous events go"
	limitShown    = "counts as declared: a project cannot have more shown"
)

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
	return append(found, inFiles(key, files...)...)
}

func inFiles(key string, files ...configFile) []setting {
	var found []setting
	for _, f := range files {
		for _, e := range f.find(key) {
			if e.text != "" || e.wrong != nil {
				s := newSetting(e.text, e.source, f.origin())
				s.wrong, s.limit = e.wrong, f.limit(key)
				found = append(found, s)
			}
		}
	}
	return found
}

// limit says why a file may say off about a setting, and nothing else.
func (f configFile) limit(key string) string {
	switch {
	case f.foreign:
		return limitStranger
	case f.project && (key == keyTelemetryEndpoint || key == keyWriteKey):
		return limitProject
	}
	return ""
}

// preferred is the candidate that counts: the first that nothing closes; the zero
// setting without any. What wants none, or cannot be understood, closes others of
// its kind in the environment and among projects, and from the user or the
// administrator those of projects. It takes their limit from those.
func preferred(found []setting, check func(string) error) setting {
	none := func(s setting) bool { return s.offWord() || s.wrong != nil || check(s.Text) != nil }
	var closed [fromProject + 1]bool
	for i, s := range found {
		if !none(s) {
			continue
		}
		found[i].limit = ""
		switch s.origin.kind {
		case fromEnv, fromProject:
			closed[s.origin.kind] = true
		case fromFile:
			closed[fromProject] = true
		}
	}
	for _, s := range found {
		if none(s) || s.limit == "" && !closed[s.origin.kind] {
			return s
		}
	}
	return setting{}
}

// choose returns the candidate that counts, and shows all; the zero setting
// without any.
func (r *resolver) choose(key string, files ...configFile) setting {
	found := r.candidates(key, files...)
	var used setting
	if first := slices.IndexFunc(found, func(s setting) bool { return s.limit == "" }); first >= 0 {
		used = found[first]
	}
	r.show(key, used, found...)
	return used
}

// show lists the candidates of a setting and which one is used, and reports those
// that have no effect.
func (r *resolver) show(key string, used setting, found ...setting) {
	for _, s := range found {
		f := Finding{Question: key, Input: s.Source, Value: printable(withoutSecrets(s.Text)), Effect: "overruled"}
		if isSecret(key) || strings.Contains(s.Text, "@") {
			f.Value = "set"
		}
		if s.Source == used.Source {
			f.Effect, f.Decides = "used", true
		}
		if s.limit != "" {
			f.Effect = s.limit
			r.note(fmt.Errorf("%s %s", s.Source, s.limit))
		}
		r.Findings = append(r.Findings, f)
	}
}
