package e2e

import (
	"path/filepath"
	"strings"
	"testing"
)

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
