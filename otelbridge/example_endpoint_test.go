package otelbridge_test

import (
	"fmt"

	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// A route of one's own checks its endpoint by the rule of all routes.
func ExampleParseEndpoint() {
	for _, text := range []string{"https://c.example/v1", "http://localhost:4318", "http://c.example", "https://me:secret@c.example"} {
		if u, err := otelbridge.ParseEndpoint(text); err != nil {
			fmt.Println("the endpoint", err)
		} else {
			fmt.Println(u)
		}
	}
	// Output:
	// https://c.example/v1
	// http://localhost:4318
	// the endpoint must be https, since it leaves this machine
	// the endpoint must not carry a user or a password
}
