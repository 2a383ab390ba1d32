package otelbridge

import (
	"bytes"
	"os"
	"os/exec"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"go.opentelemetry.io/otel/sdk/resource"
)

const sdkChild = "OTELBRIDGE_TEST_SDK"

// TestSDKChild is the other process of TestSDKVotes: it does what a bridge does
// to the SDK.
func TestSDKChild(t *testing.T) {
	if os.Getenv(sdkChild) == "" {
		t.Skip("only as a child")
	}
	sdktrace.NewTracerProvider(sdktrace.WithResource(resource.Empty()))
}

// TestSDKVotes compares the mirror with the SDK itself: tracing is off exactly
// where the SDK prints.
func TestSDKVotes(t *testing.T) {
	const attributes, sampler, arg = "OTEL_RESOURCE_ATTRIBUTES", "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG"
	tests := []map[string]string{
		{},
		{attributes: "a=b"}, {attributes: "a=b,c=d"}, {attributes: " a = b "}, {attributes: "a=b%20c"}, {attributes: " "}, {attributes: "=b"}, {attributes: "a="}, {attributes: "a=b=c"},
		{attributes: "a"}, {attributes: "a=b,"}, {attributes: ","}, {attributes: "a=b,c"}, {attributes: "a=%zz"}, {attributes: "a=b%2"}, {attributes: "%zz=a"},
		{sampler: "always_on"}, {sampler: " ALWAYS_OFF "}, {sampler: "parentbased_always_on"}, {sampler: "parentbased_always_off"},
		{sampler: "sometimes"}, {sampler: " "}, {sampler: "jaeger_remote"},
		{sampler: "traceidratio"}, {sampler: "traceidratio", arg: "0.5"}, {sampler: "traceidratio", arg: " 1 "}, {sampler: "traceidratio", arg: "NaN"},
		{sampler: "traceidratio", arg: "1.5"}, {sampler: "traceidratio", arg: "-0.1"}, {sampler: "traceidratio", arg: "half"}, {sampler: "traceidratio", arg: "1e999"},
		{sampler: "parentbased_traceidratio", arg: "x"}, {sampler: "parentbased_traceidratio", arg: "0"}, {sampler: "PARENTBASED_TRACEIDRATIO"},
		{sampler: "always_on", arg: "x"}, {arg: "x"},
	}
	for _, env := range tests {
		printed := runSDK(t, env)
		off := false
		for _, v := range sdkVotes(func(name string) string { return env[name] }) {
			off = off || v.counts
		}
		if off != (len(printed) > 0) {
			t.Errorf("%v: off is %v, and the SDK printed %q", env, off, printed)
		}
	}
}

func runSDK(t *testing.T, env map[string]string) []byte {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestSDKChild$")
	cmd.Env = append(os.Environ(), sdkChild+"=1", "GORACE=atexit_sleep_ms=0")
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	return stderr.Bytes()
}
