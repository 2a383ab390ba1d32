package otelbridge

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestFormats(t *testing.T) {
	at := time.UnixMilli(1469918176385)
	for _, f := range []IdentityFormat{Hex, UUID, ULID} {
		seen := map[string]bool{}
		for range 100 {
			id := f.random(at)
			if !f.valid(id) || seen[id] || !isChosenID(id) {
				t.Fatalf("format %d made %q", f, id)
			}
			seen[id] = true
		}
	}
	// The time of the example in the specification of ULID.
	if id := ULID.random(at); !strings.HasPrefix(id, "01ARYZ6S41") {
		t.Errorf("the ULID %s does not begin with its time", id)
	}
	if id := writeULID([16]byte{15: 0xff}, time.UnixMilli(0)); id != "0000000000000000000000007Z" {
		t.Errorf("ULID %s", id)
	}
	bad := map[IdentityFormat][]string{
		Hex:  {"", "x", strings.Repeat("g", 32), strings.Repeat("A", 32), strings.Repeat("a", 31), strings.Repeat("a", 33), strings.Repeat("a", 31) + "\xff"},
		UUID: {"", strings.Repeat("a", 32), "5c5a6a39-54bb-1e98-8f3e-5a02e7d7c90e", "5c5a6a39-54bb-4e98-cf3e-5a02e7d7c90e", "5c5a6a39-54bb-4e98-8f3e-5a02e7d7c90-", "5c5a6a39054bb-4e98-8f3e-5a02e7d7c90e"},
		ULID: {"", "01ARYZ6S41TSV4RRFFQ69G5FA", "81ARYZ6S41TSV4RRFFQ69G5FAV", "01ARYZ6S41TSV4RRFFQ69G5FAU", "01aryz6s41tsv4rrffq69g5fav"},
	}
	for f, ids := range bad {
		for _, id := range ids {
			if f.valid(id) {
				t.Errorf("format %d takes %q", f, id)
			}
		}
	}
}

func TestIdentity(t *testing.T) {
	app := App{Name: "chess"}
	dir := filepath.Join(t.TempDir(), "state")
	s := Settings{Paths: Paths{State: dir}}
	first := newIdentity(app, s)
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Error("something was made before it was asked for")
	}
	id := first.AnonymousID()
	if !Hex.valid(id) || first.AnonymousID() != id || first.Ephemeral() {
		t.Errorf("id %q", id)
	}
	if _, err := os.Stat(filepath.Join(dir, keyName)); !os.IsNotExist(err) {
		t.Error("the key was made before it was asked for")
	}
	key := first.Key()
	second := newIdentity(app, s)
	if second.AnonymousID() != id || !bytes.Equal(second.Key(), key) || len(key) != keyLength || RecordedID(app, s) != id {
		t.Error("the next run is another install")
	}
	if found := entries(t, dir); len(found) != 2 {
		t.Errorf("made %q", found)
	}
	if err := ForgetIdentity(s); err != nil {
		t.Fatal(err)
	}
	if err := ForgetIdentity(s); err != nil || len(entries(t, dir)) != 0 || RecordedID(app, s) != "" {
		t.Error("not forgotten", err)
	}
	third := newIdentity(app, s)
	if third.AnonymousID() == id || bytes.Equal(third.Key(), key) {
		t.Error("the identity was not renewed")
	}
}

func TestIdentityScopes(t *testing.T) {
	dir := t.TempDir()
	kept := Settings{Paths: Paths{State: dir}}
	chosen := kept
	chosen.AnonymousID = Value{"me", "CHESS_ANONYMOUS_ID"}
	refused := kept
	refused.AnonymousID = Value{"", "CHESS_ANONYMOUS_ID"}
	ephemeral := kept
	ephemeral.Ephemeral = true
	tests := []struct {
		name      string
		scope     IdentityScope
		settings  Settings
		id        func(string) bool
		ephemeral bool
	}{
		{"none", NoIdentity, kept, isEmpty, false},
		{"none, chosen", NoIdentity, chosen, isEmpty, false},
		{"per message", PerMessage, kept, Hex.valid, false},
		{"per message in CI", PerMessage, ephemeral, Hex.valid, true},
		{"chosen", PerInstall, chosen, isMe, false},
		{"chosen badly", PerInstall, refused, isEmpty, false},
		{"in CI", PerInstall, ephemeral, isEmpty, true},
		{"no folder", PerInstall, Settings{}, isEmpty, true},
	}
	for _, test := range tests {
		app := App{Name: "chess", Identity: Identity{Scope: test.scope}}
		i := newIdentity(app, test.settings)
		if id := i.AnonymousID(); !test.id(id) || i.Ephemeral() != test.ephemeral {
			t.Errorf("%s: id %q, ephemeral %v", test.name, id, i.Ephemeral())
		}
	}
	if found := entries(t, dir); len(found) > 0 {
		t.Errorf("made %q", found)
	}
	i := newIdentity(App{Identity: Identity{Scope: PerMessage}}, kept)
	if first, second := i.AnonymousID(), i.AnonymousID(); first == second {
		t.Error("two messages have one id")
	}
	a, b := newIdentity(App{}, ephemeral), newIdentity(App{}, ephemeral)
	if bytes.Equal(a.Key(), b.Key()) || !bytes.Equal(a.Key(), a.Key()) || len(entries(t, dir)) > 0 {
		t.Error("the key of a process is not its own")
	}
}

func isEmpty(id string) bool { return id == "" }
func isMe(id string) bool    { return id == "me" }

func TestIdentityIsValidated(t *testing.T) {
	good := strings.Repeat("ab", 16)
	for _, content := range []string{good, good + "\n", good + "\r\n"} {
		s := Settings{Paths: Paths{State: t.TempDir()}}
		mustWrite(t, filepath.Join(s.Paths.State, idName), content)
		if id := newIdentity(App{}, s).AnonymousID(); id != good {
			t.Errorf("%q became %q", content, id)
		}
	}
	for _, content := range []string{"", "\n", "garbage", good + good, " " + good, good + "\nmore", "\xff\xfe", strings.Repeat("x", 2*maxFile)} {
		s := Settings{Paths: Paths{State: t.TempDir()}}
		path := filepath.Join(s.Paths.State, idName)
		mustWrite(t, path, content)
		if RecordedID(App{}, s) != "" {
			t.Errorf("%.40q is shown", content)
		}
		id := newIdentity(App{}, s).AnonymousID()
		if !Hex.valid(id) || mustRead(t, path) != id+"\n" || len(entries(t, s.Paths.State)) != 1 {
			t.Errorf("%.40q became %q", content, id)
		}
	}
	s := Settings{Paths: Paths{State: t.TempDir()}}
	mustWrite(t, filepath.Join(s.Paths.State, idName, "x"), "")
	mustWrite(t, filepath.Join(s.Paths.State, keyName), "short")
	i := newIdentity(App{}, s)
	if i.AnonymousID() != "" || !i.Ephemeral() {
		t.Error("an id out of a folder")
	}
	if len(i.Key()) != keyLength || !bytes.Equal(i.Key(), newIdentity(App{}, s).Key()) {
		t.Error("a damaged key was not made anew")
	}
}

const idChild = "OTELBRIDGE_TEST_STATE"

// TestIdentityChild is one of the processes of TestFirstRuns.
func TestIdentityChild(t *testing.T) {
	dir := os.Getenv(idChild)
	if dir == "" {
		t.Skip("only as a child")
	}
	i := newIdentity(App{Name: "chess"}, Settings{Paths: Paths{State: dir}})
	fmt.Printf("<%s %x>\n", i.AnonymousID(), i.Key())
}

// TestFirstRuns starts 50 processes at once on a machine that none of them has
// seen before.
func TestFirstRuns(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	outs := make([]string, 50)
	var children sync.WaitGroup
	for n := range outs {
		children.Go(func() {
			cmd := exec.Command(os.Args[0], "-test.run=^TestIdentityChild$")
			cmd.Env = append(os.Environ(), idChild+"="+dir, "GORACE=atexit_sleep_ms=0")
			b, err := cmd.Output()
			if err != nil {
				t.Error(err)
			}
			_, out, _ := strings.Cut(string(b), "<")
			outs[n], _, _ = strings.Cut(out, ">")
		})
	}
	children.Wait()
	for _, out := range outs {
		if out != outs[0] || len(out) != 32+1+2*keyLength {
			t.Fatalf("two installs: %q and %q", out, outs[0])
		}
	}
	if found := entries(t, dir); len(found) != 2 {
		t.Errorf("left behind: %q", found)
	}
}

func TestIdentityOfManyGoroutines(t *testing.T) {
	i := newIdentity(App{}, Settings{Paths: Paths{State: t.TempDir()}})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if i.AnonymousID() == "" || len(i.Key()) == 0 || i.Ephemeral() {
				t.Error("no identity")
			}
		})
	}
	all.Wait()
}
