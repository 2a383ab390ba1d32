package telemetrycmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/otelbridge/otelbridge-go/anon"
)

func (h *host) schema() *cobra.Command {
	var forms schemaForms
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print everything that may ever be sent",
		Long: `Print the events with every field, the values it can have and why it is wanted.
What is not in here cannot be sent.`,
		Args: noArgs,
		RunE: h.run(func(s *session) error { return forms.print(s) }),
	}
	cmd.Flags().BoolVar(&forms.markdown, "markdown", false, "print Markdown (the default)")
	cmd.Flags().BoolVar(&forms.json, "json", false, "print JSON")
	cmd.Flags().BoolVar(&forms.lock, "lock", false, "print the form to keep in a repository, for \"schema diff\"")
	cmd.AddCommand(h.schemaDiff())
	return cmd
}

// schemaJSON is the form of schema as JSON.
type schemaJSON struct {
	SchemaVersion int             `json:"schema_version"`
	Schema        json.RawMessage `json:"schema"`
}

// schemaForms are the flags of the command, of which one may be given.
type schemaForms struct{ markdown, json, lock bool }

func (f schemaForms) print(s *session) error {
	of := s.control.Schema()
	switch f {
	case schemaForms{json: true}:
		return s.printJSON(schemaJSON{1, json.RawMessage(of.Lock())})
	case schemaForms{lock: true}:
		return s.print(of.Lock())
	case schemaForms{}, schemaForms{markdown: true}:
		return s.print(of.Markdown())
	}
	return usage(errors.New("only one of --markdown, --json and --lock can be given"))
}

func (s *session) print(text string) error {
	_, err := fmt.Fprint(s.cmd.OutOrStdout(), text)
	return failed(err)
}

func (h *host) schemaDiff() *cobra.Command {
	return &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Fail when a schema lets out more without a new version",
		Long: fmt.Sprintf(`Print what the lock NEW lets out and the lock OLD did not: events, fields and
values. The exit code is 1 when there is such a thing and the version of NEW is
not higher, or what is new is not marked with it, because then it would be sent
before anybody was asked. Locks are files made by
"%s".`, h.command("schema --lock")),
		Args: twoArgs,
		RunE: h.run(schemaDiff),
	}
}

func twoArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 2 {
		return nil
	}
	return usage(fmt.Errorf("%q takes two files, OLD and NEW; see %q", cmd.CommandPath(), cmd.CommandPath()+" --help"))
}

func schemaDiff(s *session) error {
	older, err := os.ReadFile(s.args[0])
	if err != nil {
		return failed(err)
	}
	newer, err := os.ReadFile(s.args[1])
	if err != nil {
		return failed(err)
	}
	changes, ok, err := anon.Widened(string(older), string(newer))
	if err != nil {
		return failed(fmt.Errorf("OLD is %s, NEW is %s: %w", s.args[0], s.args[1], err))
	}
	for _, change := range changes {
		if err := s.print(change + "\n"); err != nil {
			return err
		}
	}
	if !ok {
		return failed(errors.New("the schema lets out more: its version has to grow and what is new has to be marked with it, so that people are asked again"))
	}
	return nil
}
