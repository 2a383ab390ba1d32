package otelbridge

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestUnkept: what is wrong with the disk is found out without touching it, while
// there is something to keep there.
func TestUnkept(t *testing.T) {
	full := tmpfs(t, "size=64k")
	fill(t, full)
	for name, tt := range map[string]struct {
		state string
		want  error
	}{
		"a sound disk":       {t.TempDir(), nil},
		"a full one":         {full, syscall.ENOSPC},
		"a read-only one":    {tmpfs(t, "size=64k,ro"), syscall.EROFS},
		"without more files": {tmpfs(t, "nr_inodes=1"), syscall.ENOSPC},
		"nowhere":            {"", errNowhere},
	} {
		state := tt.state
		if state != "" {
			state = filepath.Join(state, "not", "there", "yet")
		}
		s := Settings{Paths: Paths{State: state}}
		if err := unkept(s); err != nil {
			t.Errorf("%s, while all is off: %v", name, err)
		}
		for _, on := range []*Mode{&s.Telemetry.Mode, &s.OTLP.Mode, &s.Sentry.Mode} {
			*on = On
			if err := unkept(s); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v, want %v", name, err, tt.want)
			}
			*on = Off
		}
		if tt.state != "" && tt.state != full && len(entries(t, tt.state)) > 0 {
			t.Errorf("%s: something was made", name)
		}
	}
}

// TestANoTakesTheRoomOfAYes, and does not take that of a no.
func TestANoTakesTheRoomOfAYes(t *testing.T) {
	app := App{Name: "chess"}
	for _, old := range []Answer{AnswerYes, AnswerTold, AnswerNo} {
		dir := tmpfs(t, "size=64k,nr_inodes=3") // one of them the folder's, one the filler's
		s := Settings{Paths: Paths{State: dir}}
		if err := RecordConsent(app, s, old, "prompt", time.Now()); err != nil {
			t.Fatal(err)
		}
		fill(t, dir)
		before, _ := os.Stat(filepath.Join(dir, consentName))
		err := RecordChoice(app, s, false, "command", time.Now())
		if (err == nil) != (old != AnswerNo) {
			t.Errorf("%s: %v", old, err)
		}
		if f := readConsent(dir, readRegular); f.Answer != AnswerNo {
			t.Errorf("%s became %q", old, f.Answer)
		}
		after, _ := os.Stat(filepath.Join(dir, consentName))
		if old == AnswerNo && !os.SameFile(before, after) {
			t.Error("a no was removed")
		}
	}
}
