package otelbridge

import (
	"crypto/rand"
	"unsafe"

	"golang.org/x/sys/unix"
)

// randomBytes fills b, which is not empty, with what nobody can guess: from the
// kernel, where crypto/rand takes it from too. But at its first use that starts
// a timer, for which another thread wakes, and maps memory of its own: 40 us,
// a tenth of what a short program spends on its events.
func randomBytes(b []byte) {
	n, _, _ := unix.Syscall(unix.SYS_GETRANDOM, uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)), 0)
	if int(n) != len(b) {
		_, _ = rand.Read(b) // never fails
	}
}
