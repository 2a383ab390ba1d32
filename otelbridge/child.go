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
	return process{exe: exe, dir: in.Dir, env: in.environ, mark: in.Getenv(childVariable)}
}

func (p process) child() upload.Child {
	return upload.Child{Exe: p.exe, Env: append(p.env(), childDirVariable+"="+p.dir), Guard: childVariable}
}

// outlived reports whether a child makes sense: the binary of a Go test would
// run all tests again.
func (p process) outlived() bool {
	return p.exe != "" && p.env != nil && !strings.HasSuffix(strings.TrimSuffix(p.exe, ".exe"), ".test")
}

// serve does the work of a child, if this process is one, and ends it. The
// host's own work is never done twice, however late the child is.
func (p process) serve(d *delivery) {
	if !upload.IsChild(p.mark) {
		return
	}
	if d != nil {
		_, _ = upload.RunChild(context.Background(), p.mark, d.config(), d.targets...)
		d.sweep(time.Now())
	}
	os.Exit(0)
}

// projectDir is the working folder by which a project is found.
func projectDir(getenv func(string) string, own string) string {
	if parents := getenv(childDirVariable); upload.IsChild(getenv(childVariable)) && parents != "" {
		return parents
	}
	return own
}
