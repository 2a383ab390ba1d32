package upload

import "errors"

var (
	// ErrBusy: another uploader, here or in another process, is at work on the
	// same spool. Nothing needs to be done.
	ErrBusy = errors.New("upload: another uploader is at work")

	// ErrClosed: the Uploader was closed.
	ErrClosed = errors.New("upload: closed")

	// ErrRefused is what Launch's refusals wrap.
	ErrRefused = errors.New("upload: no child launched")

	errStuck = errors.New("upload: something did not end when cancelled")
	errNoDir = errors.New("no folder to remember in")
	errSign  = errors.New("cannot sign")

	// errProxy: as with a wrong key, trying again does not mend it, and may have
	// the user's account locked.
	errProxy = errors.New("upload: the proxy refuses who asks")
)
