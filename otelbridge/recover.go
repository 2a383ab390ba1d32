package otelbridge

import (
	"os"
	"runtime/debug"
)

// Recover has the next run report a crash of this one. Call it once at the top
// of main, after Start:
//
//	bridge, err := otelbridge.Start(ctx, app, sentry.Route)
//	bridge.Recover()
//	defer bridge.Shutdown(ctx)
//
// From then on the runtime writes a panic on any goroutine, and any fatal error
// of its own, to a file in the host's state folder as well as to stderr. What
// is printed and the exit code stay what they are, and nothing is recovered.
// The next Start reads the file and tells the routes. As "defer
// bridge.Recover()" it covers only panics that pass through that function.
//
// It sets the process's crash output (see [debug.SetCrashOutput]), of which
// there is one. It does nothing when no route wants crashes, or where there is
// no place for state or no lock on its files.
func (b *Bridge) Recover() {
	if b.off() {
		return
	}
	folder := b.delivery.crashFolder(b.outlets)
	if folder == "" || os.MkdirAll(folder, 0o700) != nil {
		return
	}
	lock := lockCrashFile(folder, b.version)
	if lock == nil {
		return
	}
	// What the runtime makes of the file is a duplicate, which holds the lock
	// until the process ends.
	defer lock.Unlock()
	_ = debug.SetCrashOutput(lock.File(), debug.CrashOptions{})
}
