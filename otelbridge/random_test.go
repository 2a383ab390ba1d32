package otelbridge

import (
	"bytes"
	"testing"
)

// Every byte is filled: of 64 draws none leaves one at what it was.
func TestRandomBytes(t *testing.T) {
	for _, n := range []int{1, 16, keyLength} {
		filled := make([]byte, n)
		for range 64 {
			b := make([]byte, n)
			randomBytes(b)
			for i := range b {
				filled[i] |= b[i]
			}
		}
		if bytes.IndexByte(filled, 0) >= 0 {
			t.Errorf("of %d bytes some stay zero: %x", n, filled)
		}
	}
	one, other := randomKey(), randomKey()
	if one == other || !isKey(one) || !isKey(other) {
		t.Errorf("keys %s and %s", one, other)
	}
}
