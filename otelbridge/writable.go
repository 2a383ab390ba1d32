package otelbridge

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

var errNowhere = errors.New("there is no folder to keep anything in: what is not sent is lost when the program ends")

// unkept says why nothing can be kept in the folder of the state, while there is
// something to keep. It makes no file to find that out.
func unkept(s Settings) error {
	if s.Telemetry.Mode != On && s.OTLP.Mode != On && s.Sentry.Mode != On {
		return nil
	}
	if s.Paths.State == "" {
		return errNowhere
	}
	if err := writable(standing(s.Paths.State)); err != nil {
		return fmt.Errorf("%s cannot be written: %w", s.Paths.State, err)
	}
	return nil
}

// standing is the folder itself or the nearest above it that is there, in which
// the others would be made.
func standing(dir string) string {
	for {
		above := filepath.Dir(dir)
		if info, err := os.Stat(dir); err == nil && info.Mode()&fs.ModeType == fs.ModeDir || above == dir {
			return dir
		}
		dir = above
	}
}
