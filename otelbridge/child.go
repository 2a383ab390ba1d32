package otelbridge

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/otelbridge/otelbridge-go/internal/upload"
)

// childVariable marks a process that was launched to deliver what an earlier
// one left. Its value is made by the uploader; any other is ignored.
const childVariable = "OTELBRIDGE_UPLOADER"

// childDirVariable tells a child the working folder of its parent, by which the
// project's configuration is found; the child itself runs elsewhere.
const childDirVariable = "OTELBRIDGE_UPLOADER_DIR"

// process is what the bridge knows of the process it runs in, for launching
// another one.
type process struct {
	in   Inputs
	exe  string
	dir  string
	env  func() []string
	mark string // of a child
}

// newProcess reads the path of the executable from the operating system.
func newProcess(in Inputs) process {
	exe, err := os.Executable()
	if err != nil {
		exe = ""
	}
	return process{in: in, exe: exe, dir: in.Dir, env: in.environ, mark: in.Getenv(childVariable)}
}

func (p process) child() upload.Child {
	return upload.Child{Exe: p.exe, Env: append(p.env(), childDirVariable+"="+p.dir), Guard: childVariable}
}

// outlived reports whether a child makes sense: the binary of a Go test would
// run all tests again.
func (p process) outlived() bool {
	return p.exe != "" && p.env != nil && !strings.HasSuffix(strings.TrimSuffix(p.exe, ".exe"), ".test")
}

func (p process) isChild() bool { return upload.IsChild(p.mark) }

// serve does the work of a child, if this process is one, and ends it. The
// host's own work is never done twice, however late the child is.
func (p process) serve(d *delivery) {
	if !p.isChild() {
		return
	}
	if d != nil {
		d.deliverAsChild()
	}
	os.Exit(0)
}

// watch ends a child when its time is over, whatever it hangs on: a disk, a hook of
// a route, or what the host does before Start returns.
func (p process) watch() {
	if left, ok := upload.ChildTime(p.mark, time.Now()); ok {
		time.AfterFunc(left, func() { os.Exit(0) })
	}
}

// deliverAsChild ends when what may be sent, or where, changes meanwhile: the rest
// is for a run that knows. When a person turns anonymous events off, the command
// that does so writes a no and then removes what it finds; what came after that is
// removed here.
func (d *delivery) deliverAsChild() {
	for i := range d.targets {
		d.targets[i].Revoked = d.outdated
	}
	_, _ = upload.RunChild(context.Background(), d.process.mark, d.config(), d.targets...)
	d.closeQueues()
	if d.settings.Telemetry.Mode == On && d.revoked() && d.refused() {
		_, _ = (&Control{app: d.app, in: d.process.in}).remove(d.settings)
	}
}

// revoked reports whether a run that starts now would send no anonymous events.
// Only a child asks: nobody's code runs in it that could change the environment.
func (d *delivery) revoked() bool {
	s, _ := Resolve(d.app, d.process.in)
	return s.Telemetry.Mode == Off
}

// outdated reports whether a run that starts now would send something else than
// this process was started with, or to another place.
func (d *delivery) outdated() bool {
	s, _ := Resolve(d.app, d.process.in)
	return destinationsOf(s) != destinationsOf(d.settings)
}

// destinations are what decides which records go where.
type destinations struct {
	trace, telemetry, otlp, sentry       Mode
	telemetryEndpoint, otlpEndpoint, dsn string
}

func destinationsOf(s Settings) destinations {
	return destinations{
		s.Trace.Mode, s.Telemetry.Mode, s.OTLP.Mode, s.Sentry.Mode,
		s.TelemetryEndpoint.Text, s.OTLPEndpoint.Text, s.SentryDSN.Text,
	}
}

// refused reports whether a person is known to have said no, which a file that
// is being edited does not.
func (d *delivery) refused() bool {
	return readConsent(d.settings.Paths.State, d.process.in.ReadFile).Answer == AnswerNo
}

// projectDir is the working folder by which a project is found.
func projectDir(getenv func(string) string, own string) string {
	if parents := getenv(childDirVariable); upload.IsChild(getenv(childVariable)) && parents != "" {
		return parents
	}
	return own
}
