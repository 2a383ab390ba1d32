package anon

import "slices"

// Schema is the allow-list of a host: everything that may ever leave through
// an anonymous route, and with [Schema.Operator] what else may go to endpoints
// that the operator configured. The zero Schema compiles and lets nothing
// through.
type Schema struct {
	// Version grows by one with each change that adds or widens something, so
	// that people can be asked again. Zero is read as one.
	Version int

	// Events are the anonymous events, in the order they are documented.
	Events []Event

	// Operator are attributes that only the operator's own endpoints see.
	Operator []Field
}

// Event declares one anonymous event.
type Event struct {
	// Name is what the event is called where it arrives, for example
	// "pipeline_load".
	Name string

	// Span is the name of the spans that make the event. Empty: the same as
	// Name.
	Span string

	// Doc says when the event is sent and why it is wanted.
	Doc string

	// When says at which moment of the span the event is made. The zero value
	// is End.
	When Phase

	// Since is the version of the schema that brought the event. Zero: it was
	// there from the first.
	Since int

	// Fields are the data of the event, in the order they are sent. At most 64.
	Fields []Field
}

// Phase is the moment of a span at which an event is made.
type Phase uint8

const (
	// End makes the event when the span ends.
	End Phase = iota
	// Start makes it when the span starts: for what may never end, such as a
	// server.
	Start
	// StartAndEnd makes one at each.
	StartAndEnd
)

func (p Phase) String() string {
	switch p {
	case End:
		return "end"
	case Start:
		return "start"
	case StartAndEnd:
		return "start and end"
	}
	return "unknown phase"
}

// at reports whether an event declared for p is made at moment, which is
// Start or End.
func (p Phase) at(moment Phase) bool { return p == moment || p == StartAndEnd }

func (e Event) span() string {
	if e.Span != "" {
		return e.Span
	}
	return e.Name
}

func (s Schema) version() int {
	if s.Version == 0 {
		return 1
	}
	return s.Version
}

// Until returns the part of the schema that a version had: what is newer is
// left out, so that consent given to an older version covers all of the rest.
// What the operator's own endpoints see is no matter of consent and stays.
func (s Schema) Until(version int) Schema {
	older := Schema{Version: min(s.version(), version), Operator: s.Operator}
	for _, e := range s.Events {
		if e.Since > version {
			continue
		}
		e.Fields = slices.DeleteFunc(slices.Clone(e.Fields), func(f Field) bool { return f.since > version })
		older.Events = append(older.Events, e)
	}
	return older
}

// Declares reports whether the event has a field called name.
func (e Event) Declares(name string) bool {
	return slices.ContainsFunc(e.Fields, func(f Field) bool { return f.name == name })
}
