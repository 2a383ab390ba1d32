//go:build linux || darwin

package otelbridge

import "golang.org/x/sys/unix"

// writable asks the system whether a file could be made in a folder: whether its
// disk may be written, by this user, and has room. A file system that counts no
// blocks or no files, as some that are virtual do not, has room.
func writable(dir string) error {
	if err := unix.Access(dir, unix.W_OK|unix.X_OK); err != nil {
		return err
	}
	var disk unix.Statfs_t
	if err := unix.Statfs(dir, &disk); err != nil {
		return nil // it is not known
	}
	if disk.Blocks > 0 && disk.Bavail == 0 || disk.Files > 0 && disk.Ffree == 0 {
		return unix.ENOSPC
	}
	return nil
}
