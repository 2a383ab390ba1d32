package telemetrycmd

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"
)

// choice is one of the two flags. It acts while flags are parsed, because no
// hook of cobra's comes before every other code of a host.
type choice struct {
	host  *host
	name  string
	on    bool
	given bool
	err   error // what came of it
}

func (h *host) addFlags() {
	h.disable = h.add(&choice{name: "disable-telemetry"}, "turn anonymous usage data off for good, before anything else")
	h.enable = h.add(&choice{name: "enable-telemetry", on: true}, "agree to anonymous usage data")
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

func (h *host) add(c *choice, help string) *choice {
	c.host = h
	h.root.PersistentFlags().VarPF(c, c.name, "", help).NoOptDefVal = "true"
	return c
}

// String, Type and IsBoolFlag make it a switch in the eyes of pflag.
func (c *choice) String() string   { return strconv.FormatBool(c != nil && c.given) }
func (c *choice) Type() string     { return "bool" }
func (c *choice) IsBoolFlag() bool { return true }

// Set writes the choice down, once, or again where it failed. A value that cannot
// be understood means off.
func (c *choice) Set(text string) error {
	if completing(c.host.root) {
		return nil
	}
	asked, unread := strconv.ParseBool(text)
	if unread != nil {
		asked = !c.on
	}
	if asked && (!c.given || c.err != nil) {
		c.given, c.err = true, c.act()
	}
	switch {
	case asked && c.err != nil:
		return c.err
	case unread != nil:
		return usage(fmt.Errorf("--%s takes true or false, or no value, which is true", c.name))
	}
	return nil
}

// act takes asking for both as a contradiction, and off.
func (c *choice) act() error {
	if c.on && (c.host.disable.given || c.host.refused) {
		return contradiction("--enable-telemetry")
	}
	if err := c.apply(); err != nil {
		return err
	}
	if enable := c.host.enable; !c.on && enable.given && enable.err == nil {
		return contradiction("--enable-telemetry")
	}
	return nil
}

func contradiction(yes string) error {
	return usage(fmt.Errorf("--disable-telemetry and %s contradict each other: telemetry is off", yes))
}

func (c *choice) apply() error {
	do := turnOff
	if c.on {
		do = turnOn
	}
	return c.host.run(do)(c.host.root, nil)
}
