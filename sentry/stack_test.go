package sentry

import (
	"testing"

	sentrygo "github.com/getsentry/sentry-go"
	"github.com/google/go-cmp/cmp"
)

func TestFrames(t *testing.T) {
	p := program{main: "example.com/loader/cmd/loader", module: "example.com/loader"}
	text := "goroutine 1 [running]:\n" +
		"example.com/loader/db.(*DB).Open(0xc0000, {0x1, 0x2})\n\t/home/joe/src/loader/db/open.go:12 +0x1d\n" +
		"main.run.func1(...)\n\tC:/Users/joe/loader/cmd/loader/main.go:5\n" +
		"main.run[...](...)\n\t/home/joe/generic.go:6\n" +
		"gopkg.in/yaml%2ev3.Unmarshal({0x1})\n\t/root/go/pkg/mod/gopkg.in/yaml.v3@v3.0.1/yaml.go:89 +0x1\n" +
		"net/http.(*Client).Do(0x1)\n\t/usr/local/go/src/net/http/client.go:590 +0x20\n" +
		"example.com/loaderplus.F()\n\t/x/f.go:1\n" +
		"created by main.main in goroutine 1\n\t/home/joe/src/loader/main.go:9 +0x1\n\ngoroutine 2 [running]:\nmain.other()\n\t/x.go:1\n"
	want := []sentrygo.Frame{
		{Module: "example.com/loaderplus", Function: "F", Filename: "example.com/loaderplus/f.go", Lineno: 1},
		{Module: "net/http", Function: "(*Client).Do", Filename: "net/http/client.go", Lineno: 590},
		{Module: "gopkg.in/yaml.v3", Function: "Unmarshal", Filename: "gopkg.in/yaml.v3/yaml.go", Lineno: 89},
		{Module: "main", Function: "run[...]", Filename: "cmd/loader/generic.go", Lineno: 6, InApp: true},
		{Module: "main", Function: "run.func1", Filename: "cmd/loader/main.go", Lineno: 5, InApp: true},
		{Module: "example.com/loader/db", Function: "(*DB).Open", Filename: "db/open.go", Lineno: 12, InApp: true},
	}
	got := p.stacktrace(text)
	if got == nil {
		t.Fatal("no frames")
	}
	if diff := cmp.Diff(want, got.Frames); diff != "" {
		t.Error(diff)
	}
}

func FuzzStacktrace(f *testing.F) {
	f.Add("goroutine 1 [running]:\nmain.main()\n\t/x/main.go:1 +0x1\n")
	f.Add("a(\n\tb:\n\t:1\n(\n)\n")
	f.Fuzz(func(t *testing.T, text string) {
		s := program{}.stacktrace(text)
		if s != nil && (len(s.Frames) == 0 || len(s.Frames) > maxFrames) {
			t.Errorf("%d frames", len(s.Frames))
		}
	})
}

func FuzzChain(f *testing.F) {
	f.Add(`[{"type":"a","value":"b","parent":-1},{"type":"c","value":"d","parent":0,"source":"unwrap"}]`)
	f.Add(`[{"parent":7},{"parent":-9}]`)
	f.Fuzz(func(t *testing.T, text string) {
		x := exception{links: chainOf(text, link{Type: "only", Parent: -1}), stack: "main.main()\n\t/x.go:1\n"}
		values := x.values(program{})
		if len(values) != len(x.links) || len(values) == 0 {
			t.Errorf("%d values of %d links", len(values), len(x.links))
		}
		for _, v := range values {
			if m := v.Mechanism; m.ParentID != nil && *m.ParentID >= m.ExceptionID {
				t.Errorf("exception %d hangs below %d", m.ExceptionID, *m.ParentID)
			}
		}
	})
}
