package otlp

import (
	"crypto/tls"
	"errors"
	"fmt"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/internal/gzip"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// name is the route's, in its spool and in what it reports.
const name = "otlp"

var _ otelbridge.Route = Route

// Route sends scrubbed spans to the OTLP endpoint of the settings. Without one
// it returns the zero Outlet. An endpoint that is not https, or http to this
// machine, and a client's certificate in OTEL_EXPORTER_OTLP_* that does not fit
// its key are errors; their texts quote neither.
func Route(setup otelbridge.Setup) (otelbridge.Outlet, error) {
	settings := setup.Settings
	if settings.OTLPEndpoint.Text == "" {
		return otelbridge.Outlet{}, nil
	}
	u, err := endpoint(settings.OTLPEndpoint.Text, settings.OTLPExact)
	if err != nil {
		return otelbridge.Outlet{}, fmt.Errorf("otlp: %s %w", source(settings.OTLPEndpoint), err)
	}
	if err := checkKeyPairs(settings.OTLPKeyPairs); err != nil {
		return otelbridge.Outlet{}, fmt.Errorf("otlp: %w", err)
	}
	spool := setup.Spool(name, otelbridge.Limits{})
	return otelbridge.Outlet{
		Name:      name,
		Processor: newProcessor(scrubber(setup), u, &transport{spool: spool}, setup.Report),
		Prompt:    true,
		Endpoint:  u.String(),
		Sign:      signer(settings.OTLPHeaders),
		Gzip:      gzip.New,
		Stack:     otelbridge.StackOf,
		Answer:    answer,
	}, nil
}

// checkKeyPairs reports the pairs of which OpenTelemetry's exporter would print
// that one does not fit, on the host's stderr.
func checkKeyPairs(pairs []otelbridge.KeyPair) error {
	var errs []error
	for _, p := range pairs {
		if _, err := tls.X509KeyPair(p.Certificate, p.Key); err != nil {
			errs = append(errs, fmt.Errorf("%s is not the certificate of its key, of which OpenTelemetry's exporter would print an error", p.Input))
		}
	}
	return errors.Join(errs...)
}

func scrubber(setup otelbridge.Setup) anon.Scrubber {
	return anon.Scrubber{
		Policy:     setup.Policy,
		Disclosure: setup.Settings.OTLPAttributes,
		Hasher:     setup.Hasher,
		Resource:   setup.Resource,
	}
}

// source says where a setting came from, for a person who has to mend it.
func source(v otelbridge.Value) string {
	if v.Source == "" {
		return "endpoint"
	}
	return "endpoint from " + v.Source
}
