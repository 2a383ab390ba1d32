package clip

import (
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	for _, tt := range []struct {
		in   string
		n    int
		want string
	}{
		{"short", 5, "short"},
		{"longer", 5, "longe"},
		{"größer", 4, "grö"},
		{"größer", 3, "gr"},
		{"größer", 0, ""},
		{"\x80\x80\x80\x80\x80\x80", 5, "\x80\x80\x80\x80\x80"},
	} {
		if got := Text(tt.in, tt.n); got != tt.want {
			t.Errorf("Text(%q, %d) = %q, want %q", tt.in, tt.n, got, tt.want)
		}
	}
}

func TestWords(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"short", "0123456789abcdef", "0123456789abcdef"},
		{"at a space", "dial at it,b c,d postgres", "dial at it,b [cut]"},
		{"at a comma", "a-long-way,to,db,postgres", "a-long-way,to [cut]"},
		{"anywhere", strings.Repeat("x", 40), strings.Repeat("x", 14) + Mark},
		{"no half character", strings.Repeat("é", 40), strings.Repeat("é", 7) + Mark},
		{"a space too far back", "dial " + strings.Repeat("x", 40), "dial xxxxxxxxx" + Mark},
	} {
		t.Run(tt.name, func(t *testing.T) {
			limit := 20
			if tt.name == "short" {
				limit = 16
			}
			got := Words(tt.in, limit)
			if got != tt.want || len(got) > limit {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
