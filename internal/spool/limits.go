package spool

import (
	"math"
	"time"
)

// Limits bound one queue. When a record does not fit, the oldest ones go and are counted. A field that is zero or less
// takes its default.
type Limits struct {
	Records int           // how many records may wait; default: any number
	Bytes   int64         // how many bytes they may take, each with its frame of some 20 bytes; default 64 MiB
	Age     time.Duration // how old a record may become; default 7 days
}

const (
	defaultBytes = 64 << 20
	defaultAge   = 7 * 24 * time.Hour

	maxSegmentBytes = 4 << 20   // a segment this long is sealed and another one begun
	maxSegmentAge   = time.Hour // so is one this old, so that others can deliver what a quiet, long-lived writer recorded
	maxOlder        = 1 << 20   // a segment this long is continued only while it is the newest
	maxUnsealed     = 64 << 10  // one this long that a killed writer left is not continued: it would have to be walked first
	maxSlack        = 512 << 10 // a full queue drops no more than that at once
	maxFrame        = 1 << 30   // no record is longer, whatever the limits say

	maxMemoryRecords = 256
	maxMemoryBytes   = 1 << 20

	// farAhead is how far in the future a time must lie for the clock to be the explanation.
	farAhead = 24 * time.Hour
)

// withDefaults returns l with every field set; Records is then the largest int when there is no such limit.
func (l Limits) withDefaults() Limits {
	if l.Records <= 0 {
		l.Records = math.MaxInt
	}
	if l.Bytes <= 0 {
		l.Bytes = defaultBytes
	}
	if l.Age <= 0 {
		l.Age = defaultAge
	}
	return l
}

// segmentBytes is where a segment is full: an eighth of the queue, so that removing whole files keeps up with the limit.
func (l Limits) segmentBytes() int64 { return min(l.Bytes/8, maxSegmentBytes) }

// segmentRecords is the same by number.
func (l Limits) segmentRecords() int64 { return max(int64(l.Records/4), 1) }

// adoptBytes is how long a segment may be for another process to continue it: until it is full, so that short runs
// leave no more files than a long one, and their work does not grow with the queue. Of one that is not the newest, the
// records that came last are dropped among the first, so there are fewer.
func (l Limits) adoptBytes(sealed, newest bool) int64 {
	switch {
	case !sealed:
		return min(l.segmentBytes(), maxUnsealed)
	case !newest:
		return min(l.segmentBytes(), maxOlder)
	}
	return l.segmentBytes()
}

// slackRecords is how many records more than needed a full queue drops at once: half a segment, none where there are few.
func (l Limits) slackRecords() int64 {
	if l.Records < 128 || l.Records == math.MaxInt {
		return 0
	}
	return l.segmentRecords() / 2
}

// slackBytes is the same by length, at most maxSlack.
func (l Limits) slackBytes() int64 {
	if l.Bytes < 512<<10 {
		return 0
	}
	return min(l.segmentBytes()/2, maxSlack)
}

func (l Limits) memoryRecords() int { return min(l.Records, maxMemoryRecords) }

func (l Limits) memoryBytes() int64 { return min(l.Bytes, maxMemoryBytes) }

// expired reports whether something from at is too old at now.
func (l Limits) expired(at, now time.Time) bool { return now.Sub(at) > l.Age }

// frameBytes is the longest frame that the queue takes.
func (l Limits) frameBytes() int64 { return min(l.Bytes, maxFrame) }
