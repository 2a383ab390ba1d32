package track

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// Name is the route's, and its spool's.
const Name = "track"

// limits bound the spool of anonymous events: a machine that was offline for
// long tells of its last week, not of its last year.
var limits = otelbridge.Limits{Records: 256, Bytes: 1 << 20, Age: 7 * 24 * time.Hour}

// Route sends anonymous events in the shape of Segment's track call: see
// [Message]. It is configured while the settings allow anonymous events and an
// endpoint is known. To an endpoint of Segment's own it sends batches, and needs
// a write key.
func Route(setup otelbridge.Setup) (otelbridge.Outlet, error) {
	return route(setup, segment(setup.Machine, setup.Consented.Version()))
}

// FlatRoute sends anonymous events with their properties beside the rest, as
// Docglow does. The schema must not declare fields called as the members the
// shape has of its own, and the endpoint must not be Segment's, which does not
// take this shape; the error names what is wrong.
func FlatRoute(setup otelbridge.Setup) (otelbridge.Outlet, error) {
	if err := errors.Join(flatSchema(setup.App.Schema), flatEndpoint(setup.Settings)); err != nil {
		return otelbridge.Outlet{}, err
	}
	return route(setup, flat(setup.Machine, setup.Consented.Version()))
}

// Log returns a route that prints each message to w, on a line of its own,
// exactly as Route would send it. It sends nothing and needs no consent; the
// master switch turns it off with everything else.
func Log(w io.Writer) otelbridge.Route {
	return func(setup otelbridge.Setup) (otelbridge.Outlet, error) {
		encode := segment(setup.Machine, setup.Consented.Version())
		return otelbridge.Outlet{Name: "track-log", Processor: newProcessor(setup, encode, printer{w})}, nil
	}
}

func route(setup otelbridge.Setup, encode encoder) (otelbridge.Outlet, error) {
	switch setup.Settings.Telemetry.Mode {
	case otelbridge.Off:
		return otelbridge.Outlet{}, nil
	case otelbridge.Log:
		return otelbridge.Outlet{Name: Name, Processor: newProcessor(setup, encode, printer{os.Stderr})}, nil
	}
	d, err := destinationOf(setup.Settings)
	if err != nil || d.url == "" {
		return otelbridge.Outlet{}, err
	}
	return otelbridge.Outlet{
		Name:      Name,
		Processor: newProcessor(setup, encode, newSpooler(setup.Spool(Name, limits))),
		Prompt:    true,
		Endpoint:  d.url,
		Follows:   true,
		Sign:      d.sign,
		Join:      d.join,
	}, nil
}

// destination is where messages go and what the place asks for.
type destination struct {
	url  string
	sign func(*http.Request) error
	join func([][]byte) []byte
}

func destinationOf(s otelbridge.Settings) (destination, error) {
	d := destination{url: s.TelemetryEndpoint.Text}
	if d.url == "" {
		return d, nil
	}
	u, err := url.Parse(d.url)
	if err != nil {
		return destination{}, fmt.Errorf("track: %s: the endpoint is not a URL", s.TelemetryEndpoint.Source)
	}
	if key := s.WriteKey.Text; key != "" {
		d.sign = func(r *http.Request) error {
			r.SetBasicAuth(key, "")
			return nil
		}
	}
	if isSegment(u) {
		if d.sign == nil {
			return destination{}, errors.New("track: the endpoint is Segment's, which needs telemetry_segment_write_key")
		}
		d.url, d.join = u.ResolveReference(&url.URL{Path: "/v1/batch"}).String(), Join()
	}
	return d, nil
}

// isSegment recognises the hosts of Segment's tracking API, of all its
// regions (segment.com/docs/guides/regional-segment).
func isSegment(u *url.URL) bool {
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	return host == "api.segment.io" || host == "api.segment.com" ||
		host == "segmentapis.com" || strings.HasSuffix(host, ".segmentapis.com")
}

// flatEndpoint refuses Segment's, which would drop messages of this shape one by
// one.
func flatEndpoint(s otelbridge.Settings) error {
	u, err := url.Parse(s.TelemetryEndpoint.Text)
	if s.Telemetry.Mode != otelbridge.On || err != nil || !isSegment(u) {
		return nil
	}
	return fmt.Errorf("track: %s: the endpoint is Segment's, which does not take the flat shape", s.TelemetryEndpoint.Source)
}

func flatSchema(s anon.Schema) error {
	var errs []error
	for _, e := range s.Events {
		for _, taken := range flatNames {
			if e.Declares(taken) {
				errs = append(errs, fmt.Errorf("track: event %q: the flat shape has a member %q of its own", e.Name, taken))
			}
		}
	}
	return errors.Join(errs...)
}
