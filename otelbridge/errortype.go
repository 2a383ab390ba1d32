package otelbridge

import (
	"errors"
	"fmt"

	"github.com/otelbridge/otelbridge-go/internal/clip"
)

// errorType is the class of an error: its Go type, or what it calls itself
// with a method ErrorType, as OpenTelemetry's conventions have it. Wrappers that
// only add words are looked through. Secrets are masked where the span is
// scrubbed.
func errorType(err error) string {
	name := fmt.Sprintf("%T", err)
	if named, ok := err.(interface{ ErrorType() string }); ok {
		try(func() { name = named.ErrorType() })
		return clip.Words(name, maxErrorType)
	}
	if name == "*fmt.wrapError" {
		return errorType(errors.Unwrap(err))
	}
	return name
}
