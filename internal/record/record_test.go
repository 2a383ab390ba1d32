package record

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// small is read by both, and has to come to the same.
type small struct {
	Text  string           `json:"text"`
	Yes   bool             `json:"yes"`
	Count int              `json:"count"`
	Time  time.Time        `json:"time"`
	Parts map[string]small `json:"parts"`
}

func smallOf(o Object) small {
	s := small{Text: o.Text("text"), Yes: o.Bool("yes"), Count: o.Int("count"), Time: o.Time("time")}
	o.Each("parts", func(name string, member Object) {
		if s.Parts == nil {
			s.Parts = map[string]small{}
		}
		s.Parts[name] = smallOf(member)
	})
	return s
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 123456789, time.FixedZone("", 3600)).UTC()
	want := small{
		Text: "a \"b\" \\ / <&> \n\t\b\x01 ä \u2028 😀", Yes: true, Count: -7, Time: at,
		Parts: map[string]small{"x": {Text: "", Time: at}, "y, }": {Count: 1, Parts: map[string]small{"z": {Yes: true}}}},
	}
	for _, indent := range []string{"", "\t"} {
		text, err := json.MarshalIndent(want, indent, indent)
		if err != nil {
			t.Fatal(err)
		}
		o, ok := Parse(text)
		if diff := cmp.Diff(want, smallOf(o)); !ok || !o.Sound() || diff != "" {
			t.Errorf("%s: %t, %t: %s", text, ok, o.Sound(), diff)
		}
	}
}

func TestUnsound(t *testing.T) {
	tests := []struct {
		text   string
		object bool
		sound  bool
	}{
		{`{}`, true, true},
		{` { "text" : null , "other" : [ 1 , { "a" : [ ] } ] } `, true, true},
		{`{"text":"a","text":"b"}`, true, false},
		{`{"text":1}`, true, false},
		{`{"text":["a"]}`, true, false},
		{`{"text":"a\/b"}`, true, false},
		{`{"yes":"true"}`, true, false},
		{`{"count":"1"}`, true, false},
		{`{"count":1.5}`, true, false},
		{`{"count":1e3}`, true, false},
		{`{"count":99999999999999999999}`, true, false},
		{`{"time":"never"}`, true, false},
		{`{"time":""}`, true, false},
		{`{"time":null}`, true, true},
		{`{"time":1}`, true, false},
		{`{"parts":[]}`, true, false},
		{`{"parts":{"x":1}}`, true, false},
		{`{"parts":{"x":{"count":true}}}`, true, false},
		{``, false, true},
		{`null`, false, true},
		{`[]`, false, true},
		{`"x"`, false, true},
		{`{`, false, true},
		{`{"text":"a"} x`, false, true},
		{`{"text":"a"}{}`, false, true},
		{"\xff", false, true},
	}
	for _, tt := range tests {
		o, ok := Parse([]byte(tt.text))
		smallOf(o)
		if ok != tt.object || o.Sound() != tt.sound {
			t.Errorf("%s: an object %t, sound %t; want %t, %t", tt.text, ok, o.Sound(), tt.object, tt.sound)
		}
	}
}

// FuzzParse compares with encoding/json: what is sound here means the same there.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"text":"a\n\u0041","yes":true,"count":-3,"time":"2026-03-01T12:00:00.5Z","parts":{"x":{},"y":null}}`))
	f.Add([]byte(`{"other":[{"a":[1,"]"]}],"te\u0078t":"\"}"}`))
	f.Add([]byte("{\"text\" : \"\\ud83d\\ude00\"}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		o, ok := Parse(text)
		got := smallOf(o)
		var exact map[string]any
		if isObject := json.Unmarshal(text, &exact) == nil && exact != nil; ok != isObject {
			t.Fatalf("an object %t, want %t", ok, isObject)
		}
		if !ok || !o.Sound() || !utf8.Valid(text) || !plain(exact) {
			return
		}
		var want small
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
}

// plain reports whether a text is one that both read: without names in other
// letters, which encoding/json takes for the same, and without null as an
// object, of which it makes an empty one.
func plain(members map[string]any) bool {
	known := []string{"text", "yes", "count", "time", "parts"}
	for name, v := range members {
		if !slices.Contains(known, name) && slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, name) }) {
			return false
		}
		parts, _ := v.(map[string]any)
		for _, part := range parts {
			if inner, ok := part.(map[string]any); name == "parts" && (!ok || !plain(inner)) {
				return false
			}
		}
	}
	return true
}
