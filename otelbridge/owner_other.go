//go:build !unix

package otelbridge

// foreign is not asked here: owners are no plain numbers, and what an
// administrator makes belongs to no person. So on Windows whoever may write into
// a folder from the working one up to the top of its repository is the project.
// Other people's own folders cannot be written to; C:\ and what is shared can.
func foreign(string) bool { return false }
