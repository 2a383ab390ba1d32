package telemetrycmd

import (
	"strings"

	"go.opentelemetry.io/otel/attribute"

	"github.com/otelbridge/otelbridge-go/anon"
)

// The attributes that [Trace] sets on the span of a command.
const (
	// ExitCodeKey is what [ExitCode] makes of the error of the command.
	ExitCodeKey attribute.Key = "command.exit_code"
	// FlagsKey are the names of all flags that were given, without values. The
	// operator's own endpoints see them all, an anonymous event only those that
	// it declares.
	FlagsKey attribute.Key = "command.flags"
)

// Command declares that running a command of the host makes an anonymous event.
type Command struct {
	// Path is how the command is typed behind the program's name: "db migrate".
	// Empty: the root itself.
	Path string
	// Flags are the names of the flags that may be told, without dashes: only
	// whether each was given, never its value. A flag that is not among them
	// is never told.
	Flags []string
	// Doc says why the event is wanted.
	Doc string
	// Since is the version of the schema that brought the event. Zero: it was
	// there from the first.
	Since int
}

// Commands are the events of commands, for the schema of a host that uses
// [Trace]: command_<name> with how long the command took and how it ended.
// Arguments and the values of flags have no field. A command that is not
// declared makes no event.
func Commands(commands ...Command) []anon.Event {
	var events []anon.Event
	for _, c := range commands {
		events = append(events, c.event())
	}
	return events
}

func (c Command) event() anon.Event {
	doc := c.Doc
	if doc == "" {
		doc = "Sent when the command ends, to know which commands are used and which fail."
	}
	return anon.Event{Name: c.name(), Span: spanName(c.Path), Doc: doc, Since: c.Since, Fields: c.fields()}
}

func (c Command) name() string {
	words := append([]string{"command"}, strings.FieldsFunc(c.Path, func(r rune) bool { return r == ' ' || r == '-' })...)
	return strings.Join(words, "_")
}

func (c Command) fields() []anon.Field {
	fields := []anon.Field{
		anon.Seconds("elapsed").Doc("How long the command took."),
		anon.Success("success").Doc("Whether the command succeeded."),
		anon.State("state").Doc("Tells a command that was interrupted from one that failed."),
		anon.Count("exit_code").From(ExitCodeKey).Doc("What the program ends with, to tell kinds of failure apart."),
	}
	if len(c.Flags) > 0 {
		fields = append(fields, anon.Flags("flags", c.Flags...).From(FlagsKey).Doc("Which of these flags were given, without values."))
	}
	return append(fields, anon.RunID("transaction_id").Doc("Joins the events of one run."))
}

func spanName(path string) string { return strings.TrimSpace("command " + path) }
