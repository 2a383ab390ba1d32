package anon

import (
	"encoding/json"
	"testing"
)

func TestQuoteIsJSON(t *testing.T) {
	for _, s := range []string{"", "duckdb", "a b~!", `a"b`, `a\b`, "a<b>&c", "a\nb", "\x7f", "é", "\xff", "\u2028", "日本"} {
		want, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := quote(s); got != string(want) {
			t.Errorf("quote(%q) = %s, want %s", s, got, want)
		}
	}
}
