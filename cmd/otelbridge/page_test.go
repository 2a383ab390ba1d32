package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelbridge/otelbridge-go/anon"
)

// TestTelemetryPage holds the page that people read to the schemas that are
// compiled in: the default one and that of this tool.
func TestTelemetryPage(t *testing.T) {
	path := filepath.Join("..", "..", "TELEMETRY.md")
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const mark = " -update -->\n"
	prose, generated, ok := strings.Cut(string(page), mark)
	if !ok {
		t.Fatalf("%s has no mark where its generated part begins", path)
	}
	want := "\n" + anon.Pipeline().Markdown() + environments() +
		"\n## Events of the tool `otelbridge`\n\n" + newApp().Schema.Markdown()
	if *update {
		if err := os.WriteFile(path, []byte(prose+mark+want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, generated); diff != "" {
		t.Errorf("%s differs from the schemas, run with -update if that is meant:\n%s", path, diff)
	}
}

// environments are the words that say where a program runs.
func environments() string {
	return "\n### Words of `context.exec_info`\n\n" +
		"Orchestrators, notebooks, containers and coding agents, each told by a variable of the environment or a file of the system:\n`" +
		strings.Join(anon.Environments(), "`, `") + "`.\n"
}
