package gzip

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"
)

// What is written can be read by somebody else's reader, once and again.
func TestNew(t *testing.T) {
	var packed bytes.Buffer
	w := New()
	for _, text := range []string{"first", strings.Repeat("second ", 1000), ""} {
		packed.Reset()
		w.Reset(&packed)
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r, err := gzip.NewReader(&packed)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); string(got) != text || err != nil {
			t.Errorf("read %q, %v, want %q", got, err, text)
		}
	}
}
