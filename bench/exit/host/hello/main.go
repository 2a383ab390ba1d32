// Command hello does five steps of nothing: the smallest program there is.
package main

import "os"

func main() {
	for range 5 {
		_, _ = os.Stdout.WriteString("step\n")
	}
}
