// Package anontest helps a host prove in its own tests that nothing undeclared
// leaves: spans with a canary in every place where user data can hide
// ([Span]), a search for them in whatever was sent ([Found]), and a pin on the
// schema ([Pin]) that makes each change to it a change somebody sees.
package anontest
