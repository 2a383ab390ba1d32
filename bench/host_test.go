package bench

import (
	"context"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/exporters/otlp"
	"github.com/otelbridge/otelbridge-go/exporters/track"
	"github.com/otelbridge/otelbridge-go/otelbridge"
	"github.com/otelbridge/otelbridge-go/sentry"
)

// start starts a bridge in a home of its own, with the routes that have a URL
// and settings for all three.
func start(b *testing.B, app otelbridge.App, url string, routes ...otelbridge.Route) *otelbridge.Bridge {
	configure(b, url)
	return restart(b, app, routes...)
}

func configure(b *testing.B, url string) {
	scheme, host, _ := strings.Cut(url, "://")
	for name, value := range map[string]string{
		"HOME": b.TempDir(), "XDG_STATE_HOME": "", "XDG_CONFIG_HOME": "",
		"BENCHTOOL_TELEMETRY": "1", "BENCHTOOL_TELEMETRY_ENDPOINT": url + "/track",
		"BENCHTOOL_OTLP_ENDPOINT": url, "BENCHTOOL_SENTRY_DSN": scheme + "://public@" + host + "/1",
	} {
		b.Setenv(name, value)
	}
}

// restart starts a bridge where configure was called before.
func restart(b *testing.B, app otelbridge.App, routes ...otelbridge.Route) *otelbridge.Bridge {
	app.Name, app.Version = "benchtool", "1.2.3"
	app.OnError = func(err error) { b.Error(err) }
	bridge, err := otelbridge.Start(context.Background(), app, routes...)
	if err != nil {
		b.Fatal(err)
	}
	return bridge
}

func allRoutes() []otelbridge.Route {
	return []otelbridge.Route{track.Route, otlp.Route, sentry.Route}
}

// attributes12 are twelve attributes of a step, built where they are used as a
// host builds them: ten of them declared.
func attributes12(i int) []attribute.KeyValue {
	return []attribute.KeyValue{
		anon.PipelineName.String("chess"), anon.DatasetName.String("games"), anon.SchemaName.String("chess_com"),
		anon.SourceType.String("rest_api"), anon.DestinationName.String("duckdb"),
		anon.DestinationFingerprint.String("9f86d081884c7d65"), anon.RecordsRead.Int(1200 + i),
		anon.RecordsWritten.Int(1187 + i), anon.BytesWritten.Int(983 + i), anon.ErrorType.String("none"),
		attribute.String("note", "undeclared"), attribute.Bool("retry", false),
	}
}

// shutdown gives the bridge as long as it needs.
func shutdown(b *testing.B, bridge *otelbridge.Bridge) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := bridge.Shutdown(ctx); err != nil {
		b.Error(err)
	}
}
