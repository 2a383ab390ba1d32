// Package batch lets anonymous events go to an endpoint of the app's own many at a
// time.
//
//	bridge, err := otelbridge.Start(ctx, app, batch.Of(track.Route))
//
// # What the endpoint gets
//
// A POST of up to 1,000 messages, as long as they are no more than 450 KiB
// together, in the shape of Segment's batch call:
//
//	{"batch":[{"type":"track",…},{"type":"track",…}]}
//
// Messages of [track.FlatRoute] stand in the same {"batch":[…]}.
//
// A 413 makes requests smaller, a 400 or 422 has the bad message looked for and
// dropped alone, and every message keeps its messageId when it comes again.
//
// # Compression
//
// Bodies are compressed once the endpoint has said that it takes this: by
// "Accept-Encoding: gzip" in an answer (RFC 7694). What it said is remembered, and
// a 415 to a compressed body takes it back.
//
// It is a package of its own because what compresses costs each host that links
// it 20 KB and 25 us of its start.
package batch

import (
	"fmt"

	"github.com/otelbridge/otelbridge-go/exporters/track"
	"github.com/otelbridge/otelbridge-go/internal/gzip"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// Of is a route of package track whose endpoint takes batches. An endpoint that
// the user configures in place of the app's has to take them too. Segment's, which
// gets batches either way, is compressed for where it says that it accepts it.
func Of(route otelbridge.Route) otelbridge.Route {
	return func(setup otelbridge.Setup) (otelbridge.Outlet, error) {
		o, err := route(setup)
		if err != nil || o.Endpoint == "" {
			return o, err
		}
		if o.Name != track.Name {
			return otelbridge.Outlet{}, fmt.Errorf("batch: %s is no route of package track", o.Name)
		}
		o.Join, o.Gzip, o.GzipWhenAccepted = track.Join(), gzip.New, true
		return o, nil
	}
}
