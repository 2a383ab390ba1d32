// Package track sends anonymous events as JSON, in the shape of Segment's
// track call or in a flat one.
//
// [Route] is what a host passes to otelbridge.Start. Each span that the
// schema makes an event of becomes one message, written to the spool before
// the span's End returns. Nothing else of a span is read, and a value can only
// be one that its declared kind allows: see package anon.
//
// # What is in a message
//
// Besides the declared properties: an id of the install or of the message
// itself, a message id for the receiver to recognise a repetition by, the
// time, and a description of the machine in words out of closed lists
// (anon.Machine). The address of the sender is zeroed in the message;
// whoever receives HTTP sees one all the same and must not keep it.
//
// An endpoint gets each message in a request of its own, Segment's many in one;
// for those of an app that take batches too see package batch.
//
// # Turning it off
//
// The route exists only while the resolved settings say that anonymous events
// may be sent. [Log] prints what would be sent and sends nothing.
package track
