package upload

import "github.com/otelbridge/otelbridge-go/internal/spool"

// queue is what the uploader needs of a *spool.Queue.
type queue interface {
	// next returns the oldest records, at least one however large it is, or nil
	// when there is none. One batch is out at a time.
	next(maxRecords int, maxBytes int64) (batch, error)
	pending() bool
	Dropped() int64
	ReportedDropped(n int64)
}

// batch is settled by exactly one of Done and Release. Its records are not
// touched afterwards.
type batch interface {
	records() []spool.Record
	Done(dropped int) error
	Release() error
}

type spoolQueue struct{ *spool.Queue }

var _ queue = spoolQueue{}

// queueOf keeps a nil queue nil.
func queueOf(q *spool.Queue) queue {
	if q == nil {
		return nil
	}
	return spoolQueue{q}
}

func (q spoolQueue) next(maxRecords int, maxBytes int64) (batch, error) {
	b, err := q.Next(maxRecords, maxBytes)
	if b == nil || err != nil {
		return nil, err
	}
	return spoolBatch{b}, nil
}

func (q spoolQueue) pending() bool { return q.Pending() }

type spoolBatch struct{ *spool.Batch }

func (b spoolBatch) records() []spool.Record { return b.Records }
