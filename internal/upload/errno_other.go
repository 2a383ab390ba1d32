//go:build !unix && !windows

package upload

import "errors"

// errRefused never occurs: this system has no error that says so.
var errRefused = errors.New("refused")
