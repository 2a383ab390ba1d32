package telemetrycmd

import (
	"errors"
	"strconv"

	"github.com/spf13/cobra"
)

// choice is one of the two flags. It acts while flags are parsed, because no
// hook of cobra's comes before every other code of a host.
type choice struct {
	host  *host
	on    bool
	given bool
	err   error // what came of it
}

func (h *host) addFlags() {
	h.disable, h.enable = &choice{host: h}, &choice{host: h, on: true}
	h.add(h.disable, "disable-telemetry", "turn anonymous usage data off for good, before anything else")
	h.add(h.enable, "enable-telemetry", "agree to anonymous usage data")
	next := h.root.FlagErrorFunc()
	h.root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		var coded *Error
		if errors.As(err, &coded) {
			cmd.SilenceUsage = true
			return coded
		}
		return next(cmd, err)
	})
}

func (h *host) add(c *choice, name, help string) {
	h.root.PersistentFlags().VarPF(c, name, "", help).NoOptDefVal = "true"
}

// String, Type and IsBoolFlag make it a switch in the eyes of pflag.
func (c *choice) String() string   { return strconv.FormatBool(c != nil && c.given) }
func (c *choice) Type() string     { return "bool" }
func (c *choice) IsBoolFlag() bool { return true }

// Set writes the choice down, once, or again where it failed.
func (c *choice) Set(text string) error {
	on, err := strconv.ParseBool(text)
	switch {
	case err != nil:
		c.err = usage(errors.New("the flag takes true or false, or no value, which is true"))
		return c.err
	case !on || completing(c.host.root):
		return nil
	}
	if !c.given || c.err != nil {
		c.given, c.err = true, c.act()
	}
	return c.err
}

// act takes asking for both as a contradiction, and off.
func (c *choice) act() error {
	if c.on && c.host.disable.given {
		return contradiction()
	}
	if err := c.apply(); err != nil {
		return err
	}
	if !c.on && c.host.enable.given {
		return contradiction()
	}
	return nil
}

func contradiction() error {
	return usage(errors.New("--disable-telemetry and --enable-telemetry contradict each other: telemetry is off"))
}

func (c *choice) apply() error {
	do := turnOff
	if c.on {
		do = turnOn
	}
	return c.host.run(do)(c.host.root, nil)
}
