package otelbridge

import "testing"

func TestCommandLine(t *testing.T) {
	tests := []struct {
		args           []string
		disable, quiet bool
	}{
		{nil, false, false},
		{[]string{"play"}, false, false},
		{[]string{"--disable-telemetry"}, true, true},
		{[]string{"play", "--disable-telemetry", "e4"}, true, true},
		{[]string{"--disable-telemetry=true"}, true, true},
		{[]string{"--disable-telemetry=1"}, true, true},
		{[]string{"--disable-telemetry=maybe"}, true, true},
		{[]string{"--disable-telemetry="}, true, true},
		{[]string{"--disable-telemetry=false"}, false, true},
		{[]string{"--disable-telemetry-not"}, false, false},
		{[]string{"play", "--", "--disable-telemetry"}, false, false},
		{[]string{"--enable-telemetry"}, false, true},
		{[]string{"--json"}, false, true},
		{[]string{"--json-lines"}, false, true},
		{[]string{"-o", "json"}, false, true},
		{[]string{"-ojson"}, false, true},
		{[]string{"-oJSONL"}, false, true},
		{[]string{"-otable"}, false, false},
		{[]string{"--format=JSON"}, false, true},
		{[]string{"--output", "jsonl"}, false, true},
		{[]string{"--format=table"}, false, false},
		{[]string{"play", "-h"}, false, true},
		{[]string{"help"}, false, true},
		{[]string{"--version"}, false, true},
		{[]string{"completion", "zsh"}, false, true},
		{[]string{"__complete", ""}, false, true},
		{[]string{"telemetry", "status"}, false, true},
		{[]string{"telemetry", "off"}, true, true},
		{[]string{"telemetry", "-v", "off"}, true, true},
		{[]string{"off", "telemetry"}, false, true},
		{[]string{"lights", "off"}, false, false},
		{[]string{"play", "--", "--json"}, false, false},
	}
	for _, test := range tests {
		in := Inputs{}.withArgs(test.args)
		if in.Disable != test.disable || in.Quiet != test.quiet || in.Enable {
			t.Errorf("%q: disable %v, quiet %v, enable %v", test.args, in.Disable, in.Quiet, in.Enable)
		}
		if in := (Inputs{Disable: true, Quiet: true}).withArgs(test.args); !in.Disable || !in.Quiet {
			t.Errorf("%q takes back what was there", test.args)
		}
	}
}

// TestAsksToDisable: the flag alone asks, not what only keeps a run off or quiet.
func TestAsksToDisable(t *testing.T) {
	for _, test := range []struct {
		asks bool
		args []string
	}{
		{true, []string{"--disable-telemetry"}},
		{true, []string{"bogus", "--bogus", "--disable-telemetry", "--"}},
		{true, []string{"--disable-telemetry=true"}},
		{true, []string{"--disable-telemetry=maybe"}},
		{true, []string{"-m", "--disable-telemetry"}},
		{true, []string{"--disable-telemetry=false", "--disable-telemetry"}},
		{false, nil},
		{false, []string{"--disable-telemetry=false"}},
		{false, []string{"--", "--disable-telemetry"}},
		{false, []string{"--disable-telemetry-not"}},
		{false, []string{"-disable-telemetry"}},
		{false, []string{"--message=--disable-telemetry"}},
		{false, []string{"--enable-telemetry"}},
		{false, []string{"telemetry", "off"}},
	} {
		if got := AsksToDisable(test.args); got != test.asks {
			t.Errorf("%q: %v", test.args, got)
		}
	}
}

func TestDisposable(t *testing.T) {
	for said, want := range map[string][2]bool{ // outside of a container, and in one
		"": {false, true}, "no": {false, false}, "0": {false, false}, " Off ": {false, false},
		"yes": {true, true}, "1": {true, true}, "what": {true, true},
	} {
		if got := [2]bool{disposable(said, false), disposable(said, true)}; got != want {
			t.Errorf("%q: %v, want %v", said, got, want)
		}
	}
}
