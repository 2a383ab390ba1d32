package e2e

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/otelbridge/otelbridge-go/anon"
)

var update = flag.Bool("update", false, "write generated parts of documents")

// TestTelemetryPage holds the page that people read to the schema that is
// compiled in.
func TestTelemetryPage(t *testing.T) {
	path := filepath.Join("..", "..", "TELEMETRY.md")
	prose, generated, ok := strings.Cut(read(t, path), " -update -->\n")
	if !ok {
		t.Fatalf("%s has no mark where its generated part begins", path)
	}
	want := "\n" + anon.Pipeline().Markdown() + environments()
	if *update {
		if err := os.WriteFile(path, []byte(prose+" -update -->\n"+want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, generated); diff != "" {
		t.Errorf("%s differs from the schema, run with -update if that is meant:\n%s", path, diff)
	}
}

// environments are the words that say where a program runs.
func environments() string {
	return "\n### Words of `context.exec_info`\n\n" +
		"Orchestrators, notebooks, containers and coding agents, each told by a variable of the environment or a file of the system:\n`" +
		strings.Join(anon.Environments(), "`, `") + "`.\n"
}

// TestReadmeHasTwoSetUpCommands keeps the promise of the first page: one
// command runs the main job, one passes the tests.
func TestReadmeHasTwoSetUpCommands(t *testing.T) {
	readme := read(t, filepath.Join("..", "..", "README.md"))
	if n := strings.Count(readme, "```sh\n"); n != 2 {
		t.Errorf("the README has %d shell blocks", n)
	}
	for _, command := range []string{"go run ./examples/pipeline\n", "go test work\n"} {
		if !strings.Contains(readme, "```sh\n"+command+"```") {
			t.Errorf("the README does not have %q as a block of its own", command)
		}
	}
}
