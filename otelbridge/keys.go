package otelbridge

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The settings of [runtime], each also a variable of the environment.
const (
	keyTelemetry         = "telemetry"
	keyTelemetryEndpoint = "telemetry_endpoint"
	keyWriteKey          = "telemetry_segment_write_key"
	keySentryDSN         = "sentry_dsn"
	keySentryAttributes  = "sentry_attributes"
	keySentryProtocol    = "sentry_protocol"
	keyOTLPEndpoint      = "otlp_endpoint"
	keyOTLPHeaders       = "otlp_headers"
	keyOTLPAttributes    = "otlp_attributes"
	keyLogLevel          = "log_level"
)

// sharedPrefix begins the variables that every tool with this bridge reads.
const sharedPrefix = "RUNTIME__"

// What only the environment says.
const (
	keyNoTelemetry = "no_telemetry"
	keyOffline     = "offline"
	keyAnonymousID = "anonymous_id"
	keyDebug       = "telemetry_debug"
)

func isRuntimeKey(key string) bool {
	switch key {
	case keyTelemetry, keyTelemetryEndpoint, keyWriteKey, keySentryDSN, keySentryAttributes, keySentryProtocol,
		keyOTLPEndpoint, keyOTLPHeaders, keyOTLPAttributes, keyLogLevel:
		return true
	}
	return false
}

func isEnvKey(key string) bool {
	switch key {
	case keyTrace, keyNoTelemetry, keyOffline, keyAnonymousID:
		return true
	}
	return isRuntimeKey(key)
}

func isSwitch(key string) bool { return key == keyTelemetry || key == keyTrace }

// isSecret says which values are never shown.
func isSecret(key string) bool {
	return key == keyWriteKey || key == keySentryDSN || key == keyOTLPHeaders
}

// runtimeKeys are the names that may stand in [runtime].
type runtimeKeys struct {
	aliases []Alias
	hosts   []string
}

// meaning is the setting that a name in [runtime] stands for.
func (k runtimeKeys) meaning(name string) (key string, ours bool) {
	if isRuntimeKey(name) {
		return name, true
	}
	for _, a := range k.aliases {
		if a.TOML == name && isRuntimeKey(a.Key) {
			return a.Key, true
		}
	}
	return "", false
}

// alike is the setting that a name was probably meant for: it differs from one
// of ours by case, or by '-' for '_'.
func (k runtimeKeys) alike(name string) (key string, ours bool) {
	name = canonical(name)
	if name == keyTrace || isRuntimeKey(name) {
		return name, true
	}
	for i := range k.aliases {
		if a := &k.aliases[i]; a.TOML != "" && canonical(a.TOML) == name && isRuntimeKey(a.Key) {
			return a.Key, true
		}
	}
	return "", false
}

// strays reports whether a name at the top of a file, where it is not read, is
// one of ours. A log_level there may well be the host's, and sends nothing.
func (k runtimeKeys) strays(name string) bool {
	key, ours := k.alike(name)
	return ours && key != keyLogLevel || canonical(name) == runtimeTable
}

func canonical(name string) string { return strings.ReplaceAll(strings.ToLower(name), "-", "_") }

// host reports whether a name belongs to the host.
func (k runtimeKeys) host(name string) bool { return slices.Contains(k.hosts, name) }

// names are all names in [runtime] that stand for a setting, its own first.
func (k runtimeKeys) names(key string) []string {
	names := []string{key}
	for _, a := range k.aliases {
		if a.Key == key && a.TOML != "" {
			names = append(names, a.TOML)
		}
	}
	return names
}

func (a App) runtimeKeys() runtimeKeys { return runtimeKeys{a.Aliases, a.RuntimeKeys} }

// variables are the names that a setting has in the environment, the host's own
// first: a name that several tools share gives way to it.
func (a App) variables(key string) []string {
	var names []string
	own, shared := a.variable(key), strings.ToUpper(key)
	switch {
	case isRuntimeKey(key):
		names = []string{own, sharedPrefix + shared}
	case key == keyTrace:
		names = []string{own, shared, sharedPrefix + shared}
	case key == keyNoTelemetry:
		names = []string{own, "DO_NOT_TRACK"}
	case key == keyAnonymousID, key == keyDebug:
		names = []string{own}
	}
	for _, alias := range a.Aliases {
		if alias.Key == key && alias.Env != "" {
			names = append(names, alias.Env)
		}
	}
	return names
}

func (a App) variable(key string) string { return a.Prefix + "_" + strings.ToUpper(key) }

// checkNames finds what would make a switch of a person go unheard: names that
// the host misspelled.
func (a App) checkNames() error {
	var errs []error
	if !isVariable(a.Prefix) || strings.HasSuffix(a.Prefix, "_") {
		errs = append(errs, fmt.Errorf("App.Prefix %q must be upper-case letters, digits and '_', without one at the end", a.Prefix))
	}
	for _, alias := range a.Aliases {
		if err := alias.check(); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (a Alias) check() error {
	switch {
	case !isEnvKey(a.Key):
		return fmt.Errorf("App.Aliases: %q is not a setting", a.Key)
	case a.Env == "" && a.TOML == "":
		return fmt.Errorf("App.Aliases: %s has neither Env nor TOML", a.Key)
	case a.TOML != "" && !isRuntimeKey(a.Key):
		return fmt.Errorf("App.Aliases: %s is not a key of [runtime], so it cannot have the TOML alias %s", a.Key, a.TOML)
	}
	return nil
}

func isVariable(name string) bool {
	for i, c := range name {
		if (c < 'A' || c > 'Z') && c != '_' && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}
