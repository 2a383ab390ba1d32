package anontest

import (
	"os"
	"strings"
	"testing"

	"github.com/otelbridge/otelbridge-go/anon"
)

// Pin fails the test when the schema is not the one that is locked in the file
// at path, and says what a change lets out. A change that lets out more also
// needs a higher version of the schema, and a mark: see anon.Widened. With update the file is written anew,
// if the version allows it:
//
//	var update = flag.Bool("update", false, "write golden files")
//
//	func TestSchema(t *testing.T) { anontest.Pin(t, schema, "testdata/schema.lock", *update) }
func Pin(t testing.TB, schema anon.Schema, path string, update bool) {
	t.Helper()
	if _, err := schema.Compile(); err != nil {
		t.Fatal(err)
	}
	locked, err := os.ReadFile(path)
	if os.IsNotExist(err) && update {
		write(t, path, schema.Lock())
		return
	}
	if err != nil {
		t.Fatalf("anontest: %v; run the test with -update to make the lock", err)
	}
	changes, ok, err := anon.Widened(string(locked), schema.Lock())
	switch {
	case err != nil:
		t.Fatal(err)
	case !ok:
		t.Fatalf("anontest: the schema lets out more than %s and needs a higher version, and what is new a mark:\n\t%s", path, strings.Join(changes, "\n\t"))
	case update:
		write(t, path, schema.Lock())
	case string(locked) != schema.Lock():
		t.Fatalf("anontest: the schema is not the one in %s; run the test with -update once the change is agreed", path)
	}
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatalf("anontest: %v", err)
	}
}
