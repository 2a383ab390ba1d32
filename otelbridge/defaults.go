package otelbridge

import (
	"fmt"
	"strings"
	"time"

	"github.com/otelbridge/otelbridge-go/anon"
)

const (
	defaultLinger = 300 * time.Millisecond

	// spoolTime bounds how long Shutdown waits for routes to write to disk.
	spoolTime = time.Second
)

// isAppName keeps names usable in paths, variables and headers alike.
func isAppName(name string) bool {
	for i, c := range []byte(name) {
		lower := c >= 'a' && c <= 'z'
		if !lower && (i == 0 || c != '_' && c != '-' && (c < '0' || c > '9')) {
			return false
		}
	}
	return name != "" && len(name) <= 64
}

// withDefaults fills in what the host left out. It is the only place that
// does; the rest of the package takes an App as it is.
func (a App) withDefaults() (App, error) {
	if !isAppName(a.Name) {
		return a, fmt.Errorf("otelbridge: App.Name %q must be lower-case letters, digits, '-' and '_', a letter first, at most 64", a.Name)
	}
	if a.Version == "" {
		a.Version = "devel"
	}
	if len(a.Schema.Events) == 0 && len(a.Schema.Operator) == 0 {
		a.Schema = anon.Pipeline()
	}
	if a.Prefix == "" {
		a.Prefix = strings.ToUpper(strings.ReplaceAll(a.Name, "-", "_"))
	}
	if a.Linger == 0 {
		a.Linger = defaultLinger
	}
	return a, nil
}

// reporter is OnError, safe to call whatever it does.
func (a App) reporter() func(error) {
	if a.OnError == nil {
		return func(error) {}
	}
	return func(err error) {
		defer func() { _ = recover() }()
		a.OnError(err)
	}
}
