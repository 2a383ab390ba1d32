package otelbridge

import (
	"errors"
	"fmt"
)

// errorType is the class of an error: its Go type, or what it calls itself
// with a method ErrorType, as OpenTelemetry's conventions have it. Wrappers that
// only add words are looked through.
func errorType(err error) string {
	if named, ok := err.(interface{ ErrorType() string }); ok {
		return named.ErrorType()
	}
	name := fmt.Sprintf("%T", err)
	if name == "*fmt.wrapError" {
		return errorType(errors.Unwrap(err))
	}
	return name
}
