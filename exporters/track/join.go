package track

// Join returns what makes one body of several messages, in the shape of Segment's
// batch call: {"batch":[…]}. Each call returns one with memory of its own, which
// is used again for the next body. See package batch for endpoints of the app's
// own that take this.
func Join() func(messages [][]byte) []byte {
	var dst []byte
	return func(messages [][]byte) []byte {
		dst = append(dst[:0], `{"batch":[`...)
		for i, m := range messages {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, m...)
		}
		return append(dst, `]}`...)
	}
}
