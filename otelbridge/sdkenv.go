package otelbridge

import (
	"net/url"
	"strconv"
	"strings"
)

// The OpenTelemetry SDK reads some variables whatever options it is given, and
// prints to the host's stderr when one is malformed. It cannot be stopped, so
// that tracing is off then. The checks mirror the SDK, v1.47.0: resource/env.go
// and trace/sampler_env.go.

// sdkVotes turn tracing off where the SDK would print.
func sdkVotes(getenv func(string) string) row {
	argFault := func(arg string) string { return samplerArgFault(getenv("OTEL_TRACES_SAMPLER"), arg) }
	var votes row
	for _, v := range []struct {
		name  string
		fault func(string) string
	}{
		{"OTEL_RESOURCE_ATTRIBUTES", resourceFault},
		{"OTEL_TRACES_SAMPLER", samplerFault},
		{"OTEL_TRACES_SAMPLER_ARG", argFault},
	} {
		votes = append(votes, malformed(v.name, getenv(v.name), v.fault))
	}
	return votes
}

// malformed never shows the value: resource attributes are the user's data.
func malformed(input, text string, fault func(string) string) vote {
	if text == "" {
		return vote{input: input}
	}
	if what := fault(text); what != "" {
		v := off(input, "set", what+", of which the OpenTelemetry SDK would print an error")
		v.wrong = true
		return v
	}
	return vote{input: input, value: "set", reason: "well-formed"}
}

func resourceFault(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	for pair := range strings.SplitSeq(text, ",") {
		_, value, found := strings.Cut(pair, "=")
		if !found {
			return "has an attribute without '='"
		}
		if _, err := url.PathUnescape(strings.TrimSpace(value)); err != nil {
			return "has a value that is not percent-encoded"
		}
	}
	return ""
}

func samplerFault(text string) string {
	switch samplerName(text) {
	case "", "always_on", "always_off", "traceidratio",
		"parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio":
		return ""
	}
	return "names no sampler"
}

// samplerArgFault looks at the argument only where the SDK does.
func samplerArgFault(sampler, arg string) string {
	arg = strings.TrimSpace(arg)
	name := samplerName(sampler)
	if arg == "" || name != "traceidratio" && name != "parentbased_traceidratio" {
		return ""
	}
	ratio, err := strconv.ParseFloat(arg, 64)
	if err != nil || ratio < 0 || ratio > 1 {
		return "is not a ratio from 0 to 1"
	}
	return ""
}

func samplerName(text string) string { return strings.ToLower(strings.TrimSpace(text)) }
