package otelbridge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/otelbridge/otelbridge-go/anon"
)

// Previewed is one anonymous event as it would be sent.
type Previewed struct {
	// Event is its declared name.
	Event string `json:"event"`
	// Body is what would be sent, byte for byte but for the values: those of
	// the event are examples, and ids and times are of the moment. It is joined
	// with others where the endpoint takes batches.
	Body json.RawMessage `json:"body"`
}

// sampleSpan is how long the spans of a preview take.
const sampleSpan = 1500 * time.Millisecond

// Preview makes the messages that would be sent now for the named events, or
// for all, in the order of the schema. They come from the routes' own encoder
// and carry this machine's context. It works when telemetry is off, sends
// nothing and creates nothing; where the install has no id yet, zeros stand in
// for it. Without a route for anonymous events there is nothing to preview.
func (c *Control) Preview(events ...string) ([]Previewed, error) {
	if err := c.knowsEvents(events); err != nil {
		return nil, err
	}
	s, _ := c.resolve()
	all, err := c.preview(s, consented(c.app.Schema, s, c.policy))
	if err != nil || len(events) == 0 {
		return all, err
	}
	return pickEvents(all, events), nil
}

// ErrUnknownEvent says that the schema declares no such event.
var ErrUnknownEvent = errors.New("otelbridge: no such event")

func (c *Control) knowsEvents(names []string) error {
	known := map[string]bool{}
	var list []string
	for _, e := range c.app.Schema.Events {
		known[e.Name] = true
		list = append(list, e.Name)
	}
	for _, name := range names {
		if !known[name] {
			return fmt.Errorf("%w: %q; the events are %s", ErrUnknownEvent, name, strings.Join(list, ", "))
		}
	}
	return nil
}

func pickEvents(all []Previewed, names []string) []Previewed {
	var picked []Previewed
	for _, name := range names {
		for _, p := range all {
			if p.Event == name {
				picked = append(picked, p)
			}
		}
	}
	return picked
}

// preview runs a sample span for each event through the route for anonymous
// events, into a spool that keeps bodies in memory.
func (c *Control) preview(s Settings, policy *anon.Policy) ([]Previewed, error) {
	kept := &bodies{}
	outlets, err := build(c.previewSetup(s, policy, kept), c.routes)
	defer letGo(outlets)
	to := anonymous(outlets)
	if len(to) == 0 {
		return nil, err
	}
	sdk := newSDK(newFanout(to, func(error) {}))
	return runSamples(sdk.Tracer(scopeName), samplesOf(c.app.Schema), kept), nil
}

func anonymous(outlets []Outlet) []Outlet {
	for _, o := range outlets {
		if o.Name == anonymousRoute {
			return []Outlet{o}
		}
	}
	return nil
}

// runSamples makes one span for each span name. What it yields at its start and
// at its end belongs to the one event declared for that moment.
func runSamples(tracer trace.Tracer, events []sample, kept *bodies) []Previewed {
	made := map[string][]json.RawMessage{}
	done := map[string]bool{}
	take := func(span string, moment anon.Phase) {
		name := eventAt(events, span, moment)
		made[name] = append(made[name], kept.take()...)
	}
	for i := range events {
		name := events[i].Span
		if done[name] {
			continue
		}
		done[name] = true
		now := time.Now()
		_, span := tracer.Start(context.Background(), name,
			trace.WithTimestamp(now.Add(-sampleSpan)), trace.WithAttributes(sampleAttributes(events, name)...))
		take(name, anon.Start)
		span.End(trace.WithTimestamp(now))
		take(name, anon.End)
	}
	return inOrder(events, made)
}

func inOrder(events []sample, made map[string][]json.RawMessage) []Previewed {
	var all []Previewed
	for i := range events {
		for _, body := range made[events[i].Name] {
			all = append(all, Previewed{events[i].Name, body})
		}
	}
	return all
}

// eventAt is the name of the event that a span makes at a moment.
func eventAt(events []sample, span string, moment anon.Phase) string {
	for i := range events {
		if e := &events[i]; e.Span == span && (e.When == moment || e.When == anon.StartAndEnd) {
			return e.Name
		}
	}
	return ""
}

// previewSetup is what the routes are built from when anonymous events may be
// sent and nothing else. A place to send to is made up where there is none;
// nothing is sent there.
func (c *Control) previewSetup(s Settings, policy *anon.Policy, kept *bodies) Setup {
	id, key := previewID(c.app, s), previewKey(s)
	s.Trace.Mode, s.Telemetry.Mode = On, On
	s.OTLPEndpoint, s.SentryDSN = Value{}, Value{}
	if s.TelemetryEndpoint.Text == "" {
		s.TelemetryEndpoint = Value{"https://localhost/", "preview"}
	}
	if s.WriteKey.Text == "" {
		s.WriteKey = Value{"none", "preview"}
	}
	return Setup{
		App: c.app, Settings: s, Policy: c.policy, Consented: policy,
		Hasher: anon.NewHasher(key), Machine: s.Machine, Resource: newResource(c.app),
		AnonymousID: id,
		Spool:       func(string, Limits) Spool { return kept.roundTrip },
		Report:      func(error) {},
	}
}

// previewID is the id of the next event without making one.
func previewID(app App, s Settings) func() string {
	i := newIdentity(app, s)
	if i.scope != PerInstall || i.chosen.Source != "" || i.dir == "" {
		return i.AnonymousID
	}
	id := RecordedID(app, s)
	if id == "" {
		id = i.format.zero()
	}
	return func() string { return id }
}

// zero stands in a preview for an id that is not made yet.
func (f IdentityFormat) zero() string {
	switch f {
	case UUID:
		return "00000000-0000-4000-8000-000000000000"
	case ULID:
		return strings.Repeat("0", 26)
	}
	return strings.Repeat("0", 32)
}

// previewKey is the key of this install without making one.
func previewKey(s Settings) func() []byte {
	i := identity{}
	if s.Paths.State != "" && !s.Ephemeral {
		if line, err := readLine(filepath.Join(s.Paths.State, keyName)); err == nil && isKey(line) {
			i.dir = s.Paths.State
		}
	}
	return i.installKey
}

// bodies keeps what a route sends, in memory.
type bodies struct {
	mu   sync.Mutex
	kept []json.RawMessage
}

// roundTrip answers as the spool does.
func (b *bodies) roundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.kept = append(b.kept, body)
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: r}, r.Body.Close()
}

func (b *bodies) take() []json.RawMessage {
	b.mu.Lock()
	defer b.mu.Unlock()
	kept := b.kept
	b.kept = nil
	return kept
}
