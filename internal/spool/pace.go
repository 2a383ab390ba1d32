package spool

import "time"

// A host must not wait for its disk at each record. A disk that refused one, or was slow to take it, is left alone for a
// while: what comes meanwhile waits in memory, and goes there with one write.

const (
	// diskPause is how long the disk is left alone.
	diskPause = time.Second

	// slowWrite is how long a sound disk never takes for a record, which is some microseconds. It is as long as a container
	// that has used up its share of the processor is held up, since that says nothing about the disk: a record in memory
	// does not survive the process.
	slowWrite = 100 * time.Millisecond
)

// pace is what is known of how the disk does.
type pace struct {
	retryAt time.Time // the disk is left alone until then
	slow    bool      // because it was slow, not because it refused
	idle    time.Time // when it had done all that was asked of it
}

// opened says that what comes now is the record alone.
func (p *pace) opened() { p.idle = time.Now() }

// wrote says how the disk took a record. What has passed since asked is not the disk's where another record or the
// opening of a segment came in between.
func (p *pace) wrote(asked time.Time, err error) {
	now := time.Now()
	took := min(now.Sub(asked), now.Sub(p.idle))
	p.idle = now
	p.slow = err == nil && took >= slowWrite
	if err != nil || p.slow {
		p.retryAt = now.Add(diskPause)
	}
}
