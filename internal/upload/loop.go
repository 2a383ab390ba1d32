package upload

import "time"

// loop collects while the program lives: it lets records gather, so that they
// are sent together, and then tells the targets' runners.
func (u *Uploader) loop() {
	defer u.life.end()
	if !u.eager.Load() && !u.gather() {
		return
	}
	runners := u.startRunners()
	for {
		for _, r := range runners {
			r.nudge()
		}
		if !u.gather() {
			return
		}
	}
}

// gather waits for a record and then for those that follow it. It returns false
// when there is no more to wait for.
func (u *Uploader) gather() bool {
	select {
	case <-u.life.stop:
		return false
	case <-u.wake:
	}
	timer := time.NewTimer(u.config.Interval)
	defer timer.Stop()
	select {
	case <-u.life.stop:
		return false
	case <-timer.C:
	}
	select {
	case <-u.wake:
	default:
	}
	return true
}
