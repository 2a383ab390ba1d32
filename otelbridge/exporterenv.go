package otelbridge

import (
	"crypto/x509"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// OpenTelemetry's OTLP exporter reads OTEL_EXPORTER_OTLP_* before it heeds the
// options it is given, and prints what it cannot understand, credentials
// included, on the host's stderr. It cannot be stopped, so that the OTLP route
// is off then. The checks mirror otlptracehttp, v1.47.0:
// internal/otlpconfig/envconfig.go and internal/envconfig. The tests of the
// route compare the two. One is left to the route, see KeyPair: only hosts that
// link it pay for the parsers of all kinds of keys.

// exporterPrefixes are how the variables begin: for all signals, and for traces.
var exporterPrefixes = [...]string{"OTEL_EXPORTER_OTLP_", "OTEL_EXPORTER_OTLP_TRACES_"}

// exporterFault is a variable of which the exporter would print an error.
type exporterFault struct {
	input string
	// reason never shows the value, which may be a credential.
	reason string
}

// KeyPair is a client's certificate and key, as OTEL_EXPORTER_OTLP_* name them.
// The OTLP route sends with neither, but the exporter it is made of parses them.
type KeyPair struct {
	// Input is the variable that names the certificate.
	Input string
	// Certificate and Key are what is in the files, in PEM as a rule.
	Certificate, Key []byte
}

// exporterFaults lists the variables of which the exporter would print an
// error, and the pairs that are still to be checked. COMPRESSION, PROTOCOL and
// INSECURE take any value in silence.
func exporterFaults(getenv func(string) string, readFile func(string) ([]byte, error)) ([]exporterFault, []KeyPair) {
	var faults []exporterFault
	var pairs []KeyPair
	for _, prefix := range exporterPrefixes {
		e := &exporterEnv{prefix: prefix, getenv: getenv, readFile: readFile}
		e.check("ENDPOINT", urlFault)
		e.check("CERTIFICATE", e.poolFault)
		e.checkClient()
		e.check("HEADERS", headersFault)
		e.check("TIMEOUT", timeoutFault)
		faults, pairs = append(faults, e.faults...), append(pairs, e.pairs...)
	}
	return faults, pairs
}

// exporterEnv are the variables of one prefix.
type exporterEnv struct {
	prefix   string
	getenv   func(string) string
	readFile func(string) ([]byte, error)
	faults   []exporterFault
	pairs    []KeyPair
}

// get returns a variable as the exporter sees it: a blank one is not set.
func (e *exporterEnv) get(key string) string { return strings.TrimSpace(e.getenv(e.prefix + key)) }

// check notes what is wrong with a variable; fault returns "" when nothing is.
func (e *exporterEnv) check(key string, fault func(text string) string) {
	text := e.get(key)
	if text == "" {
		return
	}
	if what := fault(text); what != "" {
		e.note(key, what)
	}
}

func (e *exporterEnv) note(key, what string) {
	reason := what + ", of which OpenTelemetry's exporter would print an error"
	e.faults = append(e.faults, exporterFault{e.prefix + key, reason})
}

// poolFault reads no further than ReadFile does: where the part that was read
// holds a certificate, so does the whole.
func (e *exporterEnv) poolFault(path string) string {
	pem, err := e.readFile(path)
	if err != nil {
		return "names a file that cannot be read"
	}
	if !x509.NewCertPool().AppendCertsFromPEM(pem) {
		return "names a file without a certificate"
	}
	return ""
}

// checkClient looks at a client's certificate and key, of which the exporter
// heeds neither without the other.
func (e *exporterEnv) checkClient() {
	const certificate, key = "CLIENT_CERTIFICATE", "CLIENT_KEY"
	certPath, keyPath := e.get(certificate), e.get(key)
	if certPath == "" || keyPath == "" {
		return
	}
	certPEM, err := e.readFile(certPath)
	if err != nil {
		e.note(certificate, "names a file that cannot be read")
		return
	}
	keyPEM, err := e.readFile(keyPath)
	if err != nil {
		e.note(key, "names a file that cannot be read")
		return
	}
	e.pairs = append(e.pairs, KeyPair{e.prefix + certificate, certPEM, keyPEM})
}

func urlFault(text string) string {
	if _, err := url.Parse(text); err != nil {
		return "is not a URL"
	}
	return ""
}

func timeoutFault(text string) string {
	if _, err := strconv.Atoi(text); err != nil {
		return "is not a number of milliseconds"
	}
	return ""
}

// headersFault is stricter than parseHeaders in one thing: to the exporter an
// empty pair, as behind a last comma, is a header without '='.
func headersFault(text string) string {
	for pair := range strings.SplitSeq(text, ",") {
		name, value, found := strings.Cut(pair, "=")
		if !found {
			return "has a header without '='"
		}
		if !isToken(strings.TrimSpace(name)) {
			return "has a header whose name is not a token"
		}
		if _, err := url.PathUnescape(value); err != nil {
			return "has a header whose value is not percent-encoded"
		}
	}
	return ""
}

// silenceExporter turns the OTLP route off where its exporter would print.
func (r *resolver) silenceExporter() {
	if r.OTLP.Mode == Off || r.Trace.Mode == Off {
		return
	}
	faults, pairs := exporterFaults(r.in.Getenv, r.in.ReadFile)
	if len(faults) == 0 {
		r.OTLPKeyPairs = pairs
	}
	for i, f := range faults {
		if i == 0 {
			r.OTLP = Decision{Input: f.input, Reason: f.reason}
		}
		r.note(fmt.Errorf("%s %s", f.input, f.reason))
		r.Findings = append(r.Findings, Finding{Question: keyOTLPEndpoint, Input: f.input, Value: "set", Effect: "off: it " + f.reason, Decides: i == 0})
	}
}
