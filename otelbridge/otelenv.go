package otelbridge

import (
	"fmt"
	"strings"
)

// The variables of the OpenTelemetry specification that configure the OTLP
// route, the operator's own. They never touch anonymous events.
const (
	otelTracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
	otelEndpoint       = "OTEL_EXPORTER_OTLP_ENDPOINT"
	otelTracesHeaders  = "OTEL_EXPORTER_OTLP_TRACES_HEADERS"
	otelHeaders        = "OTEL_EXPORTER_OTLP_HEADERS"
	otelTracesProtocol = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"
	otelProtocol       = "OTEL_EXPORTER_OTLP_PROTOCOL"
)

// otelEndpoints are the endpoints that OpenTelemetry's own variables name, the
// one for traces first. One that expects another protocol is wrong.
func (r *resolver) otelEndpoints() []setting {
	wrong := r.wrongProtocol()
	var found []setting
	for _, name := range []string{otelTracesEndpoint, otelEndpoint} {
		if s := r.otelSetting(name); s.given() {
			s.wrong = wrong
			found = append(found, s)
		}
	}
	return found
}

// otelHeaders replace each other, as in the SDK: those for traces stand alone.
func (r *resolver) otelHeaders() setting {
	for _, name := range []string{otelTracesHeaders, otelHeaders} {
		if s := r.otelSetting(name); s.given() {
			r.show(keyOTLPHeaders, s, s)
			return s
		}
	}
	return setting{}
}

func (r *resolver) otelSetting(name string) setting {
	text := r.in.Getenv(name)
	if text == "" {
		return setting{}
	}
	return newSetting(text, name, origin{kind: fromOTel})
}

// wrongProtocol says that what listens at the endpoint does not speak OTLP over
// HTTP with protobuf, which is all this route speaks and the default.
func (r *resolver) wrongProtocol() error {
	for _, name := range []string{otelTracesProtocol, otelProtocol} {
		s := r.otelSetting(name)
		if !s.given() {
			continue
		}
		if strings.EqualFold(s.Text, "http/protobuf") {
			return nil
		}
		return fmt.Errorf("expects another protocol than http/protobuf, says %s", name)
	}
	return nil
}
