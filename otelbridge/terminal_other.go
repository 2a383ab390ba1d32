//go:build !unix && !windows

package otelbridge

import "time"

// atTerminal says no where we do not know terminals: nobody is asked then.
func atTerminal() bool { return false }

func awaitStdin(time.Duration) bool { return false }
