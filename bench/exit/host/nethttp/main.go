// Command nethttp is hello with net/http linked and not used: the least that a
// program weighs that can deliver something.
package main

import (
	"net/http"
	"os"
)

func main() {
	for range 5 {
		_, _ = os.Stdout.WriteString("step\n")
	}
	if len(os.Args) > 1 {
		_, _ = http.Get(os.Args[1])
	}
}
