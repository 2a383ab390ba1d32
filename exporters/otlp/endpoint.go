package otlp

import (
	"net/url"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// tracesPath is what the OTLP/HTTP specification appends to a base URL.
const tracesPath = "v1/traces"

// endpoint is the URL that spans are sent to: text itself when it is exact,
// else text as a base.
func endpoint(text string, exact bool) (*url.URL, error) {
	u, err := otelbridge.ParseEndpoint(text)
	if err != nil {
		return nil, err
	}
	switch {
	case !exact:
		u = u.JoinPath(tracesPath)
	case u.Path == "":
		u.Path = "/"
	}
	return u, nil
}
