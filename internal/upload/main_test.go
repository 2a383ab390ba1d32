package upload

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if mark, ok := os.LookupEnv(testGuard); ok {
		os.Exit(actAsChild(mark))
	}
	goleak.VerifyTestMain(m)
}
