// Package telemetrycmd gives a cobra program the command "telemetry" and the
// flags --disable-telemetry and --enable-telemetry, so that a person can see
// what it sends, stop it for good and check that it did.
//
//	root := newRoot()
//	telemetrycmd.Mount(root, app, track.Route)
//	bridge, err := otelbridge.Start(ctx, app, track.Route)
//	telemetrycmd.Trace(root, bridge) // optional: each command becomes a span
//	err = root.ExecuteContext(ctx)
//	_ = bridge.Shutdown(ctx) // not deferred: os.Exit runs nothing deferred
//	os.Exit(telemetrycmd.ExitCode(err))
//
// # The flags
//
// They are flags of the root, stand alone or anywhere beside a command, and are
// written down before any code of a command runs. If that fails, the command
// does not run either, and the program ends with [CodeNotWritten]. A value that is
// neither true nor false means off, and ends it with [CodeUsage]. A command with
// DisableFlagParsing gets the flag as an argument: it is off for that run, and
// nothing is written down.
//
// Cobra parses no flag beside a command that it does not know, and none behind a
// flag that is wrong. There --disable-telemetry is written down all the same, off the
// command line of the process, and the error stays that of the host. "--" ends
// flags here too. What looks like the flag and is the value of another one, as in
// "-m --disable-telemetry", is told apart by the parser: only beside such a
// mistake, and on a root with TraverseChildren, it counts as the flag, since off
// is the safe side.
//
// The order of Start and Mount does not matter. Start looks for
// --disable-telemetry on the command line itself, so that a host that starts
// its bridge first sends nothing either. --enable-telemetry only counts once
// it is parsed and written: a bridge that was started before stays as it was,
// and the next run is on.
//
// # In a container
//
// In a container that may be thrown away no id is kept and nobody is asked. A
// person who works in one that stays says <PREFIX>_EPHEMERAL=no, and yes on any
// other machine that does not.
//
// # What it costs
//
// Mount adds commands and flags; unless the command line says
// --disable-telemetry it reads and starts nothing. Nothing here opens a
// connection but "flush", and "forget" where the app takes such requests, and
// beside these two, "on" and "off" nothing makes or removes a file. A bridge that
// was started for such a command, for help or for a completion does neither.
//
// # What is printed
//
// What was asked for goes to stdout, everything else to stderr. JSON has a
// member schema_version, which grows when a member goes or changes its meaning.
// Nothing is coloured, so that NO_COLOR has nothing to turn off.
package telemetrycmd
