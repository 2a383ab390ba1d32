package upload

import "net/http"

// maxRefused is how many refusals in a row are spent on finding bad records.
// One among 1000 takes eleven of them.
const maxRefused = 32

// search finds the records for which an endpoint refuses a joined request, by
// sending half of them at a time, so that they alone are dropped. An endpoint
// that takes nothing at all is not asked for ever: when it refused maxRefused
// requests in a row, whole requests are dropped until it takes one.
type search struct {
	suspects int // records at the front of the queue with a bad one among them
	refused  int // requests since the last one that was delivered
}

// refuses reports statuses that complain about what was sent.
func refuses(status int) bool {
	return status == http.StatusBadRequest || status == http.StatusUnprocessableEntity
}

func (s *search) spent() bool { return s.refused >= maxRefused }

// limit returns how many of at most n records the next request is to hold.
func (s *search) limit(n int) int {
	if s.suspects == 0 {
		return n
	}
	return min(n, max(1, s.suspects/2))
}

// learn takes note of what became of the records at the front of the queue.
func (s *search) learn(o outcome, records int) {
	switch {
	case o.fate == Delivered:
		s.suspects = max(0, s.suspects-records)
		s.refused = 0
	case o.fate == Dropped:
		s.suspects = 0
		s.refused++
	case o.fate == Again && refuses(o.status):
		s.suspects = records
		s.refused++
	}
}
