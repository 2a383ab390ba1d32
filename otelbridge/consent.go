package otelbridge

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/record"
)

const consentName = "consent"

// Answer is what a person said, or was told, about anonymous events. The zero
// value is nothing at all.
type Answer string

const (
	// AnswerYes agrees.
	AnswerYes Answer = "yes"
	// AnswerNo refuses.
	AnswerNo Answer = "no"
	// AnswerTold says that the notice was shown; nobody answered.
	AnswerTold Answer = "told"
)

// Consent records are kept as one JSON object in the file consent of the state
// folder.
type consentRecord struct {
	Answer Answer `json:"answer"`
	// Schema is the version of the schema that the person saw.
	Schema int       `json:"schema"`
	Time   time.Time `json:"time"`
	// How says where the answer was given: "prompt", "notice", "command".
	How string `json:"how"`
}

// consentFile is the record as it was found. Without an answer there is none.
type consentFile struct {
	consentRecord
	path       string
	impossible bool
	err        error
}

// readConsent reads the record of a state folder. A record that cannot be
// understood is an error and means no.
func readConsent(state string, read func(string) ([]byte, error)) consentFile {
	if state == "" {
		return consentFile{}
	}
	f := consentFile{path: filepath.Join(state, consentName)}
	b, err := read(f.path)
	if missing(err) {
		f.impossible = impossible(err)
		return f
	}
	if err != nil {
		f.err = fmt.Errorf("%s cannot be read: %w", f.path, cause(err))
		return f
	}
	found, ok := parseConsent(b)
	if !ok {
		f.err = fmt.Errorf("%s is not a record of consent", f.path)
		return f
	}
	f.consentRecord = found
	return f
}

func parseConsent(text []byte) (r consentRecord, ok bool) {
	o, ok := record.Parse(text)
	r = consentRecord{Answer(o.Text("answer")), o.Int("schema"), o.Time("time"), o.Text("how")}
	return r, ok && o.Sound() && r.valid()
}

func (r consentRecord) valid() bool {
	known := r.Answer == AnswerYes || r.Answer == AnswerNo || r.Answer == AnswerTold
	return known && r.Schema > 0
}

// agrees reports whether a person knows of what is sent, and has not refused.
func (r consentRecord) agrees() bool { return r.Answer == AnswerYes || r.Answer == AnswerTold }

// describe tells what happened, when and to which version of the schema.
func (r consentRecord) describe(what string) string {
	return fmt.Sprintf("%s on %s, version %d", what, r.Time.Format(time.DateOnly), r.Schema)
}

func (f consentFile) input() string {
	if f.path == "" {
		return "recorded consent"
	}
	return f.path
}

func (a App) schemaVersion() int { return max(1, a.Schema.Version) }

// RecordConsent writes an answer to the schema of the app as it is now into the
// state folder, and nothing else. How is where it was given, in one word: for
// example "prompt" or "command".
func RecordConsent(app App, settings Settings, answer Answer, how string, now time.Time) error {
	app, err := app.withDefaults()
	if err != nil {
		return err
	}
	return wrap(recordConsent(app, settings, answer, how, now))
}

func recordConsent(app App, settings Settings, answer Answer, how string, now time.Time) error {
	if settings.Paths.State == "" {
		return errors.New("there is no folder to keep the answer in")
	}
	text, err := consentText(app, answer, how, now)
	if err != nil {
		return err
	}
	return writeWhole(filepath.Join(settings.Paths.State, consentName), text)
}

func consentText(app App, answer Answer, how string, now time.Time) ([]byte, error) {
	given := consentRecord{answer, app.schemaVersion(), now.UTC().Truncate(time.Second), how}
	if !given.valid() {
		return nil, fmt.Errorf("%q is not an answer", answer)
	}
	b, err := json.Marshal(given)
	return append(b, '\n'), err
}

// RecordChoice makes a person's choice hold for every later run. No is written
// wherever a run looks: into the user's and the project's config.toml and into
// the recorded consent. Yes is recorded as consent; in the user's config.toml
// only a setting that is there already is changed, because consent knows the
// version of the schema that it was given to. What came with a project is never
// turned on. The error joins all that could not be written; the rest of a no is.
// A yes that fails turns nothing on: what was written of it is taken back. A no
// that finds no room on the disk takes that of an earlier yes.
//
// What is spooled and the identity stay: see [ForgetIdentity].
func RecordChoice(app App, settings Settings, on bool, how string, now time.Time) error {
	app, err := app.withDefaults()
	if err != nil {
		return err
	}
	if on {
		return wrap(recordYes(app, settings, how, now))
	}
	return wrap(recordNo(app, settings, how, now))
}

func recordNo(app App, settings Settings, how string, now time.Time) error {
	names := app.runtimeKeys().names(keyTelemetry)
	var errs []error
	for _, path := range []string{settings.Paths.User, settings.Paths.Project} {
		if path != "" {
			errs = append(errs, editTelemetry(path, names, false, true))
		}
	}
	errs = append(errs, recordRefusal(app, settings, how, now))
	return errors.Join(errs...)
}

// recordRefusal writes over what agrees where the no finds no room beside it: what
// becomes of it at worst cannot be understood, and that means no.
func recordRefusal(app App, settings Settings, how string, now time.Time) error {
	err := recordConsent(app, settings, AnswerNo, how, now)
	old := readConsent(settings.Paths.State, readRegular)
	if err == nil || !old.agrees() {
		return err
	}
	text, err := consentText(app, AnswerNo, how, now)
	if err != nil {
		return err
	}
	return os.WriteFile(old.path, text, 0o600)
}

// recordYes writes the consent first: while the file says no, or cannot be
// understood, it turns nothing on. The file alone would.
func recordYes(app App, settings Settings, how string, now time.Time) error {
	path := filepath.Join(settings.Paths.State, consentName)
	old, unread := readRegular(path)
	if err := recordConsent(app, settings, AnswerYes, how, now); err != nil || settings.Paths.User == "" {
		return err
	}
	err := editTelemetry(settings.Paths.User, app.runtimeKeys().names(keyTelemetry), true, false)
	if err == nil {
		return nil
	}
	if unread != nil {
		return errors.Join(err, os.Remove(path))
	}
	return errors.Join(err, writeWhole(path, old))
}

// wrap names the package, once, where an error leaves it.
func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("otelbridge: %w", err)
}
