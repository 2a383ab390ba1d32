package anon_test

import (
	"fmt"

	"github.com/otelbridge/otelbridge-go/anon"
)

func ExampleMask() {
	err := fmt.Errorf("connect to %q: refused", "postgres://etl:hunter2@db.example.com/sales")

	fmt.Println(anon.Mask(err.Error()))
	fmt.Println(anon.Mask("password authentication failed for user etl"))
	// Output:
	// connect to "postgres://[masked]@db.example.com/sales": refused
	// password authentication failed for user etl
}
