package spool

import "io"

const (
	countChunk = 64 << 10 // read at once to count frames
	trimChunk  = 4 << 10  // read at once to pass over a few
)

// walker goes over the frames of a segment. It stops at the first thing that is not one.
type walker struct {
	file  io.ReaderAt
	off   int64 // of the frame after the one next returned
	size  int64
	chunk int64

	// memory returns n bytes to read into, in place of what was read before; nil: memory of its own, used again.
	memory func(n int) []byte

	frame   []byte // the frame next has found
	damaged bool   // it stopped at bytes that no killed writer leaves
	err     error  // it stopped because reading failed

	window []byte // what is read of the file, from start on
	start  int64
}

// walk begins at offset off of a file of the given size, of which it reads about chunk bytes at a time.
func walk(file io.ReaderAt, off, size, chunk int64) *walker {
	return &walker{file: file, off: off, size: size, chunk: chunk, start: off}
}

// next finds the next frame. It reports false at the end, at a frame that the file does not hold whole (a killed writer's),
// at a damaged one and at an error of the disk.
func (w *walker) next() bool {
	w.frame = nil
	left := w.left()
	if left < framePrefix || !w.have(framePrefix) {
		return false
	}
	n, ok := frameLength(w.window[w.off-w.start:])
	if !ok {
		w.damaged = true
		return false
	}
	if n > left || !w.have(n) {
		return false
	}
	frame := w.window[w.off-w.start:][:n]
	if !intact(frame) {
		w.damaged = true
		return false
	}
	w.frame = frame
	w.off += n
	return true
}

// have makes the window hold n bytes from the offset on.
func (w *walker) have(n int64) bool {
	if w.off+n <= w.start+int64(len(w.window)) {
		return true
	}
	want := int(min(max(n, w.chunk), w.size-w.off))
	w.window = w.room(want)
	w.start = w.off
	got, err := w.file.ReadAt(w.window, w.off)
	w.window = w.window[:got]
	if int64(got) >= n {
		return true
	}
	if err != io.EOF {
		w.err = err
	}
	return false
}

// room returns memory for n bytes.
func (w *walker) room(n int) []byte {
	switch {
	case w.memory != nil:
		return w.memory(n)
	case cap(w.window) < n:
		return make([]byte, n)
	}
	return w.window[:n]
}

// left is how much of the file lies behind the last frame.
func (w *walker) left() int64 { return w.size - w.off }

// skip passes frames until the given number or bytes of them are behind it, and returns how many those were.
func (w *walker) skip(done func(n, size int64) bool) (n int64) {
	from := w.off
	for !done(n, w.off-from) && w.next() {
		n++
	}
	return n
}
