package otelbridge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/spool"
	"github.com/otelbridge/otelbridge-go/internal/upload"
)

// forgetName is the file of ids whose deletion has not been confirmed yet, one
// a line.
const forgetName = "forget"

// forgetVersion is the version of the form of Forgotten as JSON.
const forgetVersion = 1

// Forgotten is the receipt of [Control.Forget].
type Forgotten struct {
	// SchemaVersion is the version of this form.
	SchemaVersion int       `json:"schema_version"`
	Time          time.Time `json:"time"`
	// Removed is what was removed from this machine.
	Removed Removed `json:"removed"`
	// Deletions are the requests to delete what was sent, one for each id.
	// Empty: the app takes none, or nothing was sent to it under an id.
	Deletions []Deletion `json:"deletions"`
}

// Deletion is one request to delete what was sent under an id.
type Deletion struct {
	ID       string `json:"id"`
	Endpoint string `json:"endpoint"`
	// Confirmed is true once the endpoint answered with a 2xx. Until then the
	// id is kept, and the next Forget asks again.
	Confirmed bool `json:"confirmed"`
	// Status is the answer; zero when there was none, and Error says why.
	Status int    `json:"status,omitempty"`
	Error  string `json:"error,omitempty"`
}

// Forget removes the id, the key, what waits to be sent and the record of what
// was sent; the next event makes new ones, which nothing joins to the old. If
// the app names a DeletionEndpoint and its own endpoint is the one that counts,
// it asks there to delete what was sent under the id. Where somebody chose
// another, or none, nobody is told the id: the app may never have seen it. While anonymous events are off it asks
// only if anyway is set, because off means that nothing is sent.
//
// The error says what could not be removed and which requests were not
// confirmed; the receipt is valid either way.
//
// What waits for the operator's own endpoints holds no such id and stays, and so
// do crashes, which only they are told. Whatever of it nobody has used for eight
// days is removed.
func (c *Control) Forget(ctx context.Context, anyway bool) (Forgotten, error) {
	s, _ := c.resolve()
	f := Forgotten{SchemaVersion: forgetVersion, Time: time.Now().UTC().Truncate(time.Second), Deletions: []Deletion{}}
	ids, err := c.owe(s)
	if err != nil {
		return f, wrap(err)
	}
	f.Removed, err = c.remove(s)
	ask := anyway || s.Telemetry.Mode == On
	for _, id := range ids {
		d := Deletion{ID: id, Endpoint: withoutSecrets(c.app.DeletionEndpoint), Error: "telemetry is off"}
		if ask {
			d = c.requestDeletion(ctx, s, id)
		}
		f.Deletions = append(f.Deletions, d)
	}
	return f, errors.Join(err, wrap(writeOwed(s, unconfirmed(f.Deletions))), unconfirmedError(f.Deletions))
}

// owe writes down which ids have to be asked for, before anything is removed:
// otherwise nobody could ask for them after a failure.
func (c *Control) owe(s Settings) ([]string, error) {
	if c.app.DeletionEndpoint == "" || s.Paths.State == "" {
		return nil, nil
	}
	if _, err := ParseEndpoint(c.app.DeletionEndpoint); err != nil {
		return nil, fmt.Errorf("App.DeletionEndpoint %w", err)
	}
	ids := readOwed(c.app, s)
	id := keptID(c.app, s)
	if id == "" || !goesToApp(s) || slices.Contains(ids, id) {
		return ids, nil
	}
	ids = append(ids, id)
	return ids, writeOwed(s, ids)
}

// goesToApp looks at what was found, since settings that are off have no
// endpoint, whoever named it.
func goesToApp(s Settings) bool {
	return slices.ContainsFunc(s.Findings, func(f Finding) bool {
		return f.Question == keyTelemetryEndpoint && f.Decides && f.Input == appEndpointSource
	})
}

// appEndpointSource is how settings name the endpoint of the app.
const appEndpointSource = "App.Endpoint"

func owedFile(s Settings) string { return filepath.Join(s.Paths.State, forgetName) }

// readOwed passes over what is not an id.
func readOwed(app App, s Settings) []string {
	b, err := readRegular(owedFile(s))
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(strings.Fields(string(b)), func(id string) bool { return !app.Identity.Format.valid(id) })
}

// writeOwed keeps the ids, or removes the file when there is none.
func writeOwed(s Settings, ids []string) error {
	if s.Paths.State == "" {
		return nil
	}
	if len(ids) == 0 {
		_, err := removeFile(owedFile(s))
		return err
	}
	return writeWhole(owedFile(s), []byte(strings.Join(ids, "\n")+"\n"))
}

// removeFile is content with a file that is not there, and reports whether it
// removed one.
func removeFile(path string) (bool, error) {
	err := os.Remove(path)
	if missing(err) {
		return false, nil
	}
	return err == nil, err
}

func unconfirmed(all []Deletion) []string {
	var ids []string
	for _, d := range all {
		if !d.Confirmed {
			ids = append(ids, d.ID)
		}
	}
	return ids
}

// ErrNotConfirmed says that an endpoint did not confirm a deletion.
var ErrNotConfirmed = errors.New("otelbridge: a deletion was not confirmed; the next forget asks again")

func unconfirmedError(all []Deletion) error {
	if len(unconfirmed(all)) == 0 {
		return nil
	}
	return ErrNotConfirmed
}

// requestDeletion sends one request through the uploader, from a queue in
// memory.
func (c *Control) requestDeletion(ctx context.Context, s Settings, id string) Deletion {
	d := Deletion{ID: id, Endpoint: withoutSecrets(c.app.DeletionEndpoint)}
	config := newDelivery(c.app, s, process{}).config()
	record := config.OnDelivery
	config.Dir = ""
	config.OnDelivery = func(u upload.Delivery) {
		d.Status, d.Confirmed = u.Status, u.Fate == upload.Delivered
		record(u)
	}
	u := upload.New(config, upload.Target{Name: forgetName, Queue: deletionQueue(id), URL: c.app.DeletionEndpoint})
	_, err := u.Flush(ctx)
	err = errors.Join(err, u.Close(ctx))
	if !d.Confirmed && err != nil {
		d.Error = err.Error()
	}
	return d
}

func deletionQueue(id string) *spool.Queue {
	body, _ := json.Marshal(map[string]string{"anonymousId": id}) // a string always marshals
	q := spool.Open("", spool.Limits{})
	q.Append(spool.Record{ContentType: "application/json", Body: body})
	return q
}
