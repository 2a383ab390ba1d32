package sentry

import (
	"context"
	"errors"
	"os"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

func TestDSN(t *testing.T) {
	for _, c := range []struct{ dsn, endpoint, problem string }{
		{"https://key@sentry.example.com/42", "https://sentry.example.com/api/42/envelope/", ""},
		{"https://key@o7.ingest.example.com/prefix/more/42", "https://o7.ingest.example.com/prefix/more/api/42/envelope/", ""},
		{"https://key@sentry.example.com:9000/42", "https://sentry.example.com:9000/api/42/envelope/", ""},
		{"https://key:secret@sentry.example.com/42", "https://sentry.example.com/api/42/envelope/", ""},
		{"http://key@127.0.0.1:8969/1", "http://127.0.0.1:8969/api/1/envelope/", ""},
		{"http://key@[::1]:8969/1", "http://[::1]:8969/api/1/envelope/", ""},
		{"http://key@localhost:8969/1", "http://localhost:8969/api/1/envelope/", ""},
		{"http://key@sentry.example.com/42", "", "must be https"},
		{"http://key@127.0.0.1.example.com/42", "", "must be https"},
		{"ftp://key@sentry.example.com/42", "", "invalid scheme"},
		{"sentry.example.com/42", "", "invalid scheme"},
		{"https://sentry.example.com/42", "", "empty username"},
		{"https://key@sentry.example.com", "", "empty project id"},
		{"https://key@sentry.example.com/", "", "empty project id"},
		{"https://key@/42", "", "empty host"},
		{"https://key@sentry.example.com:port/42", "", "not a URL"},
		{"https://key@%zz/42", "", "not a URL"},
		{"not a DSN at all", "", "invalid scheme"},
	} {
		setup := testSetup(t, &queue{})
		setup.Settings.SentryDSN.Text = c.dsn
		outlet, err := Route(setup)
		if outlet.Endpoint != c.endpoint {
			t.Errorf("%s: endpoint %q, want %q", c.dsn, outlet.Endpoint, c.endpoint)
		}
		if c.problem == "" {
			if err != nil {
				t.Errorf("%s: %v", c.dsn, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.problem) || !strings.Contains(err.Error(), "LOADER_SENTRY_DSN") || strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("%s: error %v, want one line with %q and the input", c.dsn, err, c.problem)
		} else if strings.Contains(err.Error(), "key@") {
			t.Errorf("the error quotes the key: %v", err)
		}
	}
}

// TestTraps sets what sentry-go would take from its surroundings: none of it is
// looked at, because no client of sentry-go is made.
func TestTraps(t *testing.T) {
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"SENTRY_DSN": "https://canary@sentry.invalid/1", "SENTRY_RELEASE": "canary", "SENTRY_ENVIRONMENT": "canary",
		"SENTRY_TAGS_TEAM": "canary", "SENTRY_SPOTLIGHT": "1", "GITHUB_SHA": "canary", "CIRCLE_SHA1": "canary",
		"HEROKU_SLUG_COMMIT": "canary", "CI_COMMIT_SHA": "canary", "DYNO": "canary", "HTTPS_PROXY": "http://canary.invalid",
	} {
		t.Setenv(name, value)
	}
	r := newRig(t)
	_ = r.step(t.Context(), "run", func(ctx context.Context) error {
		return otelbridge.Step(ctx, "load", func(context.Context) error { return errors.New("boom") })
	})
	text := strings.Join(r.texts(), "\n")
	if !strings.Contains(text, "boom") {
		t.Fatal("nothing was sent")
	}
	forbidden := []string{"canary", `"server_name"`, `"modules"`, `"request"`, `"abs_path"`, `"context_line"`, `"username"`, `"` + host + `"`}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			forbidden = append(forbidden, `"`+dep.Path+`":"`+dep.Version)
		}
	}
	for _, f := range forbidden {
		if strings.Contains(text, f) {
			t.Errorf("%s was sent:\n%s", f, text)
		}
	}
}

func TestNoDSNNoRoute(t *testing.T) {
	t.Setenv("SENTRY_DSN", "https://canary@sentry.invalid/1")
	setup := testSetup(t, nil)
	setup.Settings.SentryDSN = otelbridge.Value{}
	outlet, err := Route(setup)
	if err != nil || outlet.Processor != nil || outlet.Endpoint != "" {
		t.Errorf("an outlet without a DSN: %+v, %v", outlet, err)
	}
}
