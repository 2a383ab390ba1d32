package otelbridge

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// resolveOTLP decides about the OTLP route: our own settings first, then those
// of OpenTelemetry.
func (r *resolver) resolveOTLP() {
	found := r.candidates(keyOTLPEndpoint, r.files()...)
	found = append(found, r.otelEndpoints()...)
	endpoint := preferred(found, endpointFault)
	r.show(keyOTLPEndpoint, endpoint, found...)
	r.OTLPAttributes = r.disclosure(keyOTLPAttributes)
	r.OTLP = r.destination(keyOTLPEndpoint, endpoint, endpointFault)
	r.limitExporter(endpoint)
	r.OTLP = r.heedMisspelt(r.OTLP, keyOTLPEndpoint, "otlp_")
	r.silenceExporter()
	if r.OTLP.Mode == Off {
		return
	}
	headers, source, err := r.otlpHeaders(endpoint)
	if err != nil {
		r.note(fmt.Errorf("%s %w", source, err))
		r.OTLP = Decision{Input: source, Reason: err.Error()}
		return
	}
	r.OTLPEndpoint, r.OTLPHeaders = endpoint.Value, headers
	r.OTLPExact = endpoint.Source == otelTracesEndpoint
}

func (r *resolver) otlpHeaders(endpoint setting) (map[string]string, string, error) {
	s := r.credentials(keyOTLPHeaders, endpoint)
	if !s.given() && endpoint.origin.kind == fromOTel {
		s = r.otelHeaders()
	}
	switch {
	case !s.given():
		return map[string]string{}, "", nil
	case s.wrong != nil:
		return nil, s.Source, errors.New("is of the wrong type")
	}
	headers, err := parseHeaders(s.Text)
	return headers, s.Source, err
}

// limitExporter follows the variables of OpenTelemetry that say how to export:
// where they ask for something else than OTLP, this route is off.
func (r *resolver) limitExporter(endpoint setting) {
	const exporter = "OTEL_TRACES_EXPORTER"
	text := r.in.Getenv(exporter)
	if text == "" {
		return
	}
	f := Finding{Question: keyOTLPEndpoint, Input: exporter, Value: printable(text), Effect: "used"}
	if !lists(text, "otlp") || lists(text, "none") {
		const why = "it does not ask for otlp, or asks for none"
		f.Effect = "off: " + why
		if endpoint.given() {
			f.Decides = true
			r.OTLP = Decision{Input: exporter, Reason: why}
		}
	}
	r.Findings = append(r.Findings, f)
}

// lists reports whether a name is in a list with commas between.
func lists(text, name string) bool {
	return slices.ContainsFunc(strings.Split(text, ","), func(one string) bool { return strings.EqualFold(strings.TrimSpace(one), name) })
}
