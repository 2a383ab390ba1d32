package otelbridge

import (
	"os"
	"slices"
	"strconv"
	"strings"
)

// The flags that every host with telemetrycmd has.
const (
	disableFlag = "--disable-telemetry"
	enableFlag  = "--enable-telemetry"
)

// keyEphemeral is the variable by which a person says whether what is kept in
// this container stays.
const keyEphemeral = "ephemeral"

// hostInputs are the inputs of the process with what its command line says.
//
// The command line is read before the host parses it, because Start may come
// first, and so only for what makes the bridge do less: a word that is in truth
// the value of another flag costs one run's telemetry or question. What turns
// anything on is left to a parser.
func hostInputs(app App) Inputs {
	in := ProcessInputs(app)
	in = in.withArgs(os.Args[min(1, len(os.Args)):])
	in.Machine.Container = disposable(in.Getenv(app.variable(keyEphemeral)), in.Machine.Container)
	return in
}

// withArgs turns off what the arguments of the process ask to be off, keeps
// quiet where somebody asked for something that must not be mixed with talk, and
// leaves alone what waits where somebody only looks.
func (in Inputs) withArgs(args []string) Inputs {
	in.Disable = in.Disable || AsksToDisable(args) || turnsOff(words(args))
	in.Quiet = in.Quiet || slices.ContainsFunc(words(args), wantsQuiet)
	in.looks = in.looks || slices.ContainsFunc(words(args), looks)
	return in
}

// AsksToDisable reports whether a command line, without the name of the program,
// says --disable-telemetry as Start reads it: as a word of its own in front of
// any "--", without a value or with one that is not false. Which flags the host
// has is not known here, so that the same word as the value of another flag asks
// too: off is the safe side.
//
// Start is off for the run. Package telemetrycmd writes it down for later runs,
// unless a command of the host parses its flags itself.
func AsksToDisable(args []string) bool { return slices.ContainsFunc(words(args), asksToDisable) }

// words are the arguments that may be flags: "--" ends them.
func words(args []string) []string {
	if end := slices.Index(args, "--"); end >= 0 {
		return args[:end]
	}
	return args
}

// turnsOff knows "telemetry off": the run that turns it off does not send what
// earlier ones left.
func turnsOff(args []string) bool {
	at := slices.Index(args, "telemetry")
	return at >= 0 && slices.Contains(args[at:], "off")
}

// asksToDisable takes a value that is neither true nor false for true.
func asksToDisable(arg string) bool {
	value, given := strings.CutPrefix(arg, disableFlag+"=")
	if !given {
		return arg == disableFlag
	}
	on, err := strconv.ParseBool(value)
	return on || err != nil
}

// wantsQuiet knows the words that ask for output for a program, for help or a
// version, and those that deal with telemetry themselves.
func wantsQuiet(arg string) bool {
	name, value, _ := strings.Cut(arg, "=")
	switch name {
	case "--version", "version", "-q", "--quiet", "--silent", disableFlag, enableFlag:
		return true
	}
	if looks(arg) {
		return true
	}
	machine := strings.ToLower(strings.TrimLeft(name, "-"))
	return strings.HasPrefix(machine, "json") || strings.HasPrefix(machine, "ojson") || strings.HasPrefix(strings.ToLower(value), "json")
}

// looks knows the words that ask for help, for completions, or deal with
// telemetry: commands that send or remove something do that themselves. What is
// in truth another word, as in "-h localhost", changes nothing for a run that
// records something.
func looks(arg string) bool {
	switch arg {
	case "-h", "--help", "help", "completion", "__complete", "__completeNoDesc", "telemetry":
		return true
	}
	return false
}

// disposable decides whether a container is thrown away with what it keeps: a
// person who works in one may say that it is not. A word that is not
// understood keeps nothing.
func disposable(said string, container bool) bool {
	switch readWord(said) {
	case unset:
		return container
	case no:
		return false
	}
	return true
}
