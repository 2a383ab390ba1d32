// Package e2e holds the tests of the whole way: a real host process, all
// routes, real sockets. It has no code of its own.
package e2e
