package otelbridge

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func clock() time.Time { return noon }

func TestQuestionText(t *testing.T) {
	q := Inquiry{
		App: App{Name: "chess"}, Preview: []byte("{\"event\":\"pipeline_run\"}\n{\"event\":\"pipeline_load\"}\n"), Off: "chess telemetry off",
		Settings: Settings{TelemetryEndpoint: Value{Text: appEndpoint}, Paths: Paths{User: userPath}},
	}
	want := `chess may send anonymous usage data to https://events.example.com/v1
This would be sent, with your machine's data as shown:

  {"event":"pipeline_run"}
  {"event":"pipeline_load"}

To stop it, now or later, do any of these:
  chess telemetry off
  set CHESS_NO_TELEMETRY=1 or DO_NOT_TRACK=1
  write telemetry = false under [runtime] in /home/u/.config/chess/config.toml
An empty answer is no. Send anonymous usage data? [y/N] `
	if diff := cmp.Diff(want, q.Question()); diff != "" {
		t.Error(diff)
	}
	q.Off, q.Settings.Paths.User = "", ""
	want = `chess sends anonymous usage data, from its next run on, to https://events.example.com/v1
This will be sent, with your machine's data as shown:

  {"event":"pipeline_run"}
  {"event":"pipeline_load"}

To stop it, now or later, do any of these:
  set CHESS_NO_TELEMETRY=1 or DO_NOT_TRACK=1
`
	if diff := cmp.Diff(want, q.Notice()); diff != "" {
		t.Error(diff)
	}
}

func TestSettleQuestion(t *testing.T) {
	tests := []struct {
		typed    string
		want     Answer
		recorded bool
		mode     Mode
	}{
		{"y\n", AnswerYes, true, On},
		{"\n", AnswerNo, true, Off},
		{"", "", false, Off},
		{"hm\nhm\nhm\n", "", false, Off},
	}
	for _, test := range tests {
		p := newPlace(t)
		q := Inquiry{App: p.app, Settings: p.settings(t)}
		got, err := q.Settle(t.Context(), Terminal{In: strings.NewReader(test.typed), Out: io.Discard}, clock)
		if err != nil || got != test.want {
			t.Errorf("%q: %q, %v", test.typed, got, err)
		}
		if made := len(entries(t, p.dir)) > 0; made != test.recorded {
			t.Errorf("%q: recorded is %v", test.typed, made)
		}
		s := p.settings(t)
		if s.Telemetry.Mode != test.mode || (s.Pending == PendingQuestion) == test.recorded {
			t.Errorf("%q: then %+v, pending %d", test.typed, s.Telemetry, s.Pending)
		}
	}
}

// TestSettleAgain asks a person who agreed to an older schema. A no holds, also
// against a config.toml that says yes.
func TestSettleAgain(t *testing.T) {
	p := newPlace(t)
	mustWrite(t, p.file(realUser), "[runtime]\ntelemetry = true\n")
	mustWrite(t, p.file(realConsent), consentJSON(AnswerYes, 1))
	q := Inquiry{App: p.app, Settings: p.settings(t)}
	if q.Settings.Pending != PendingQuestion || q.Settings.ConsentVersion != 1 {
		t.Fatalf("%+v, version %d, pending %d", q.Settings.Telemetry, q.Settings.ConsentVersion, q.Settings.Pending)
	}
	if got, err := q.Settle(t.Context(), Terminal{In: strings.NewReader("n\n"), Out: io.Discard}, clock); got != AnswerNo || err != nil {
		t.Fatal(got, err)
	}
	if s := p.settings(t); s.Telemetry.Mode != Off || s.Pending != PendingNothing {
		t.Errorf("%+v, pending %d", s.Telemetry, s.Pending)
	}
}

func TestSettleNotice(t *testing.T) {
	p := newPlace(t)
	p.app.Consent = OptOut
	first := p.settings(t)
	q := Inquiry{App: p.app, Settings: first}
	var out bytes.Buffer
	got, err := q.Settle(t.Context(), Terminal{Out: &out}, clock)
	if got != AnswerTold || err != nil || out.String() != q.Notice() || first.Telemetry.Mode != Off {
		t.Fatalf("%q, %v, %+v", got, err, first.Telemetry)
	}
	second := p.settings(t)
	if second.Telemetry.Mode != On || second.Pending != PendingNothing {
		t.Errorf("then %+v, pending %d", second.Telemetry, second.Pending)
	}
	out.Reset()
	if got, err := (Inquiry{App: p.app, Settings: second}).Settle(t.Context(), Terminal{Out: &out}, clock); got != "" || err != nil || out.Len() > 0 {
		t.Errorf("again: %q, %v, %q", got, err, out.String())
	}
}

// TestNoticeThatCannotBeShown was not told, so that nothing is sent by it.
func TestNoticeThatCannotBeShown(t *testing.T) {
	for name, out := range map[string]io.Writer{"nothing": brokenWriter{}, "a part": partWriter{}} {
		p := newPlace(t)
		p.app.Consent = OptOut
		got, err := (Inquiry{App: p.app, Settings: p.settings(t)}).Settle(t.Context(), Terminal{Out: out}, clock)
		if got != "" || err == nil || len(entries(t, p.dir)) > 0 {
			t.Errorf("%s was written: %q, %v, files %q", name, got, err, entries(t, p.dir))
		}
		if s := p.settings(t); s.Telemetry.Mode != Off || s.Pending != PendingNotice {
			t.Errorf("%s was written: then %+v, pending %d", name, s.Telemetry, s.Pending)
		}
	}
}

// partWriter takes half of a text without a word.
type partWriter struct{}

func (partWriter) Write(p []byte) (int, error) { return len(p) / 2, nil }

// TestNoticeThatCannotBeRecorded: nothing is sent by it, however often it was
// shown.
func TestNoticeThatCannotBeRecorded(t *testing.T) {
	p := newPlace(t)
	p.app.Consent = OptOut
	s := p.settings(t)
	mustWrite(t, p.file(".local"), "a file")
	var out bytes.Buffer
	got, err := (Inquiry{App: p.app, Settings: s}).Settle(t.Context(), Terminal{Out: &out}, clock)
	if got != "" || err == nil || readConsent(s.Paths.State, readRegular).Answer != "" {
		t.Errorf("%q, %v, %q", got, err, out.String())
	}
}

func ExampleInquiry_Settle() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		return
	}
	defer os.RemoveAll(dir)
	app := App{Name: "chess", Endpoint: "https://events.example.com/v1"}
	in := Inputs{Getenv: func(name string) string { return map[string]string{"HOME": dir}[name] }, ReadFile: os.ReadFile, Terminal: true, GOOS: "linux"}
	settings, _ := Resolve(app, in)
	fmt.Println(settings.Telemetry.Mode, settings.Telemetry.Reason)

	// A host passes ProcessTerminal() and time.Now.
	person := Terminal{In: strings.NewReader("yes\n"), Out: io.Discard}
	answer, _ := Inquiry{App: app, Settings: settings}.Settle(context.Background(), person, clock)
	settings, _ = Resolve(app, in)
	fmt.Println(answer, settings.Telemetry.Mode, settings.Telemetry.Reason)
	// Output:
	// off nobody has agreed yet
	// yes on agreed on 2026-11-20, version 1
}
