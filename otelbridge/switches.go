package otelbridge

import (
	"fmt"
	"strings"
)

// Finding is one input of a decision as it was found, for a person to read.
type Finding struct {
	// Question is what the input answers: "trace", "telemetry", or the name of
	// a setting such as "otlp_endpoint".
	Question string
	// Input names the input: a variable, a flag, a file with line and key.
	Input string
	// Value is what stands there; empty when nothing does. Of a secret it only
	// says that it is set.
	Value string
	// Effect says what the value means: "off", "on", "log", "used", or why it
	// has no effect. Empty when there is no value.
	Effect string
	// Decides marks the input that decided.
	Decides bool
}

// vote is what one input says on a question. A vote without a mode counts for
// nothing; it is still shown.
type vote struct {
	input, value string
	counts       bool
	mode         Mode
	reason       string
	// wrong says that the value could not be understood.
	wrong bool
}

// row holds inputs of the same rank: the least of their modes is theirs, so
// that no input turns on what another one of them turned off.
type row []vote

// decide lets the first row decide in which any vote counts, and returns which
// that was. Without any, the decision is Off.
func decide(question string, rows ...row) (Decision, int, []Finding) {
	var d Decision
	var findings []Finding
	by := -1
	for n, r := range rows {
		winner := -1
		if by < 0 {
			winner = r.least()
		}
		if winner >= 0 {
			by, d = n, r[winner].decision()
		}
		for i, v := range r {
			findings = append(findings, v.finding(question, i == winner))
		}
	}
	return d, by, findings
}

// least is the index of the first vote with the least mode; -1 when none
// counts.
func (r row) least() int {
	least := -1
	for i, v := range r {
		if v.counts && (least < 0 || v.mode < r[least].mode) {
			least = i
		}
	}
	return least
}

func (v vote) decision() Decision { return Decision{Mode: v.mode, Input: v.input, Reason: v.reason} }

func (v vote) finding(question string, decides bool) Finding {
	f := Finding{Question: question, Input: v.input, Value: printable(v.value), Effect: v.reason, Decides: decides}
	if v.counts {
		f.Effect = v.mode.String()
		if v.reason != "" {
			f.Effect += ": " + v.reason
		}
	}
	return f
}

// word is a value as a switch reads it.
type word uint8

const (
	unset word = iota
	no
	yes
	logWord
	unknown
)

// readWord reads the value of a switch, in any case and with spaces around it.
// Only an empty value is unset: a blank one is unknown.
func readWord(text string) word {
	if text == "" {
		return unset
	}
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "0", "false", "no", "off":
		return no
	case "1", "true", "yes", "on":
		return yes
	case "log":
		return logWord
	}
	return unknown
}

// onOffLog reads a switch that turns something on: whatever is not a word for
// on or log is off.
func onOffLog(input, text string) vote {
	switch readWord(text) {
	case unset:
		return vote{input: input}
	case yes:
		return vote{input: input, value: text, counts: true, mode: On}
	case logWord:
		return vote{input: input, value: text, counts: true, mode: Log, reason: "events are printed and not sent"}
	case no:
		return off(input, text, "")
	}
	return unknownWord(input, text)
}

// onOff is onOffLog for a switch that knows no log.
func onOff(input, text string) vote {
	if readWord(text) == logWord {
		return unknownWord(input, text)
	}
	return onOffLog(input, text)
}

// killSwitch reads a switch that turns something off: only a word for no leaves
// it alone.
func killSwitch(input, text string) vote {
	switch readWord(text) {
	case unset:
		return vote{input: input}
	case no:
		return vote{input: input, value: text, reason: "turns nothing off"}
	case yes:
		return off(input, text, "")
	}
	return unknownWord(input, text)
}

// anyValue reads a switch that turns something off with whatever value.
func anyValue(input, text string) vote {
	if text == "" {
		return vote{input: input}
	}
	return off(input, text, "any value means off")
}

func off(input, value, reason string) vote {
	return vote{input: input, value: value, counts: true, reason: reason}
}

func unknownWord(input, text string) vote {
	v := off(input, text, fmt.Sprintf("%.40q is neither yes nor no, which means off", text))
	v.wrong = true
	return v
}

// onlyOff takes from a vote the power to turn anything on.
func (v vote) onlyOff(why string) vote {
	if v.counts && v.mode != Off {
		v.counts, v.reason = false, why
	}
	return v
}
