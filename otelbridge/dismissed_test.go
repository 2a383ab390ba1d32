package otelbridge

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/otelbridge/otelbridge-go/internal/spool"
)

// TestRouteTurnedOffForGoodForgets: the user's own file removes what waits for a
// route of the operator's; a variable or a project only holds it back.
func TestRouteTurnedOffForGoodForgets(t *testing.T) {
	for name, tt := range map[string]struct {
		user, project, variable string
		otlp, sentry            int
	}{
		"nothing":  {otlp: 1, sentry: 2},
		"user, on": {user: "otlp_endpoint = \"https://operator.example\"\n", otlp: 1, sentry: 2},
		"user":     {user: "otlp_endpoint = \"off\"\n", otlp: 0, sentry: 2},
		"both":     {user: "otlp_endpoint = \"off\"\nsentry_dsn = \"off\"\n", otlp: 0, sentry: 0},
		"project":  {project: "otlp_endpoint = \"off\"\nsentry_dsn = \"off\"\n", otlp: 1, sentry: 2},
		"variable": {variable: "off", otlp: 1, sentry: 2},
	} {
		t.Run(name, func(t *testing.T) {
			clean(t)
			t.Setenv("TOOL_EPHEMERAL", "no")
			app := App{Name: "tool"}
			c := turnedOn(t, app)
			s, _ := c.resolve()
			for _, queue := range []string{"otlp", "sentry", "sentry-traces"} {
				leftForTheOperator(t, c, Outlet{Name: queue, Endpoint: "https://operator.example"})
			}
			if tt.user != "" {
				mustWrite(t, s.Paths.User, "[runtime]\n"+tt.user)
			}
			if tt.project != "" {
				mustWrite(t, filepath.Join(".tool", "config.toml"), "[runtime]\n"+tt.project)
			}
			t.Setenv("TOOL_OTLP_ENDPOINT", tt.variable)
			typed(t, app, &sender{}, "play", nil)
			d := newDelivery(app, s, program())
			if o, y := spoolStatus(d.folders("otlp")).Records, spoolStatus(d.folders("sentry")).Records; o != tt.otlp || y != tt.sentry {
				t.Errorf("%d records wait for OTLP, %d for Sentry, want %d and %d", o, y, tt.otlp, tt.sentry)
			}
		})
	}
}

// TestChildHeedsAMove: nothing more goes to a place that is no longer the one.
func TestChildHeedsAMove(t *testing.T) {
	clean(t)
	t.Setenv("TOOL_EPHEMERAL", "no")
	var c *Control
	var config string
	arrived := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if arrived++; arrived == 1 {
			mustWrite(t, config, "[runtime]\ntelemetry = true\ntelemetry_endpoint = \"https://elsewhere.example\"\n")
		}
	}))
	defer server.Close()
	c = turnedOn(t, App{Name: "tool", Endpoint: server.URL})
	left(t, c, 5)
	child := asChild(t, c)
	config = child.settings.Paths.User
	child.deliverAsChild()
	if waiting := waitingFor(child); arrived != 1 || waiting != 4 {
		t.Errorf("%d requests arrived, %d events wait", arrived, waiting)
	}
}

// TestChildIsEndedWhateverItHangsOn: the process is gone when its time is over.
func TestChildIsEndedWhateverItHangsOn(t *testing.T) {
	const hangs = "OTELBRIDGE_TEST_HANGS"
	if os.Getenv(hangs) != "" {
		newProcess(Inputs{Getenv: os.Getenv}).watch()
		time.Sleep(time.Hour)
	}
	mark := strings.Repeat("a", 16) + ".1000" // launched long ago
	cmd := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), hangs+"=1", childVariable+"="+mark)
	ended := make(chan error, 1)
	go func() { ended <- cmd.Run() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		_ = cmd.Process.Kill()
		t.Error("the child goes on")
	}
}

func TestLimitsOfTheApp(t *testing.T) {
	week := 7 * 24 * time.Hour
	own := Limits{Records: 256, Bytes: 1 << 20, Age: week}
	app := App{Limits: map[string]Limits{
		"track":         {Records: 8},
		"otlp":          {Bytes: 1 << 30, Age: time.Hour, Records: -1},
		"sentry":        {Age: time.Hour},
		"sentry-traces": {Bytes: 1 << 10},
	}}
	for queue, want := range map[string]Limits{
		"track":         {Records: 8, Bytes: 1 << 20, Age: week},
		"otlp":          {Records: 256, Bytes: 1 << 30, Age: time.Hour},
		"sentry":        {Records: 256, Bytes: 1 << 20, Age: time.Hour},
		"sentry-issues": {Records: 256, Bytes: 1 << 20, Age: time.Hour},
		"sentry-traces": {Records: 256, Bytes: 1 << 10, Age: week},
		"custom":        own,
	} {
		if diff := cmp.Diff(want, app.limits(queue, own)); diff != "" {
			t.Errorf("%s: %s", queue, diff)
		}
	}
	clean(t)
	d := newDelivery(app, Settings{Paths: Paths{State: t.TempDir()}}, program())
	rt := d.spool("track", own)
	d.join([]Outlet{{Name: "track", Endpoint: "https://127.0.0.1:9", Follows: true}})
	for range 20 {
		send(t, rt, "{}")
	}
	d.closeQueues()
	if got := spool.Open(filepath.Join(d.root(), "track"), spool.Limits{}).Stats(); got.Records != 8 || got.Dropped != 12 {
		t.Errorf("%+v", got)
	}
}
