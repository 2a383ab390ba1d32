package spool

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// childVar names what this test binary does instead of testing, when it is started as another process of a spool.
const childVar = "SPOOL_TEST_CHILD"

func TestMain(m *testing.M) {
	if role := os.Getenv(childVar); role != "" {
		os.Exit(runChild(role, os.Args[1:]))
	}
	goleak.VerifyTestMain(m)
}
