package otelbridge

import "testing"

func TestSwitchValues(t *testing.T) {
	const (
		silent  = "silent"
		offMode = "off"
		logMode = "log"
		onMode  = "on"
	)
	tests := []struct{ text, onOffLog, onOff, killSwitch, anyValue string }{
		{"", silent, silent, silent, silent},
		{"0", offMode, offMode, silent, offMode},
		{"false", offMode, offMode, silent, offMode},
		{"no", offMode, offMode, silent, offMode},
		{"off", offMode, offMode, silent, offMode},
		{"1", onMode, onMode, offMode, offMode},
		{"true", onMode, onMode, offMode, offMode},
		{"yes", onMode, onMode, offMode, offMode},
		{"on", onMode, onMode, offMode, offMode},
		{" TRUE ", onMode, onMode, offMode, offMode},
		{"\tNo\n", offMode, offMode, silent, offMode},
		{"log", logMode, offMode, offMode, offMode},
		{" Log", logMode, offMode, offMode, offMode},
		{" ", offMode, offMode, offMode, offMode},
		{"2", offMode, offMode, offMode, offMode},
		{"-1", offMode, offMode, offMode, offMode},
		{"t", offMode, offMode, offMode, offMode},
		{"y", offMode, offMode, offMode, offMode},
		{"enabled", offMode, offMode, offMode, offMode},
		{"disable", offMode, offMode, offMode, offMode},
		{"true false", offMode, offMode, offMode, offMode},
		{"\"true\"", offMode, offMode, offMode, offMode},
		{"\xff", offMode, offMode, offMode, offMode},
		{"ＴＲＵＥ", offMode, offMode, offMode, offMode},
	}
	for _, test := range tests {
		readers := []struct {
			name string
			read func(input, text string) vote
			want string
		}{
			{"onOffLog", onOffLog, test.onOffLog},
			{"onOff", onOff, test.onOff},
			{"killSwitch", killSwitch, test.killSwitch},
			{"anyValue", anyValue, test.anyValue},
		}
		for _, r := range readers {
			v := r.read("X", test.text)
			got := silent
			if v.counts {
				got = v.mode.String()
			}
			if got != r.want {
				t.Errorf("%s(%q) = %s, want %s", r.name, test.text, got, r.want)
			}
			if v.input != "X" || v.value != test.text {
				t.Errorf("%s(%q) says it read %q = %q", r.name, test.text, v.input, v.value)
			}
		}
	}
}

func TestLeastOfARowWins(t *testing.T) {
	on := vote{input: "on", counts: true, mode: On}
	logged := vote{input: "log", counts: true, mode: Log}
	none := vote{input: "none", mode: On}
	no := off("off", "0", "")
	tests := []struct {
		name  string
		rows  []row
		input string
		mode  Mode
		by    int
	}{
		{"nothing", nil, "", Off, -1},
		{"nothing counts", []row{{none}, {none}}, "", Off, -1},
		{"first row", []row{{on}, {no}}, "on", On, 0},
		{"silent row is passed", []row{{none}, {no}, {on}}, "off", Off, 1},
		{"least of on and off", []row{{on, no}}, "off", Off, 0},
		{"least of on and log", []row{{on, logged, none}}, "log", Log, 0},
		{"least of all", []row{{logged, no, on}}, "off", Off, 0},
	}
	for _, test := range tests {
		d, by, findings := decide("q", test.rows...)
		if d.Mode != test.mode || d.Input != test.input || by != test.by {
			t.Errorf("%s: decided %s by %q in row %d, want %s by %q in row %d", test.name, d.Mode, d.Input, by, test.mode, test.input, test.by)
		}
		for _, f := range findings {
			if f.Decides != (f.Input == test.input) {
				t.Errorf("%s: finding %q decides = %v", test.name, f.Input, f.Decides)
			}
		}
	}
}
