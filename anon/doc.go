// Package anon states what may leave a machine and lets nothing else through.
//
// A host declares a [Schema]: the events it wants to hear of, the fields each
// may carry and the closed set of values each field may take. [Schema.Compile]
// turns it into a [Policy], which makes from a finished OpenTelemetry span
//
//   - a [Message], the anonymous event: only declared fields, each as a value
//     of its kind, and
//   - a scrubbed span for endpoints that the operator of the pipeline
//     configured: see [Scrubber].
//
// # No free strings
//
// No kind of [Field] carries a free string. An [Enum] whose value was not
// declared becomes "other", a [Version] that does not look like one becomes
// "devel", a name leaves only as a [Hash] keyed with a secret that never
// leaves the machine. What is not declared cannot be expressed, so it cannot
// leak.
//
// # Copy, never delete
//
// Messages and scrubbed spans are built new from what is allowed. Nothing is
// removed from an original, so a thing nobody thought of stays behind. That
// goes for more than attributes: span names, events, links, status texts, the
// resource, the attributes of the instrumentation scope, trace state and
// baggage are user data as well.
//
// # What it costs
//
// Making a message allocates nothing once its buffers have grown. Attribute
// keys are found without hashing and each name is digested once per process.
//
// # What it is not for
//
// This package opens no connection and decides no switch. Whether anything may
// be sent at all is the business of package otelbridge. It reads nothing of the
// machine either, but for [ReadMachine], which reads the environment, looks
// whether two files are there and asks the system for its release.
package anon
