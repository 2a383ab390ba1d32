// Package spool is the queue on disk between the routes and the network.
//
// In front it is an [http.RoundTripper]: a route "sends" its requests into a [Queue] and hears 200 when the request is
// stored. Behind it hands out batches, oldest first, to the one uploader. Stored are body, content type, content
// encoding and time; never a URL or a credential.
//
// # What it keeps, and what not
//
// A record is handed to the operating system with one write before RoundTrip or Append returns. So it survives the end
// of the process in every form: exit, panic, kill -9. It is not flushed to the medium, which costs a hundred times as
// much, and so does not survive a power cut of the machine. A record may be handed out more than once, when the
// uploader dies between delivery and [Batch.Done]: whoever makes records gives them ids.
//
// The queue is bounded by number, bytes and age. The oldest records go first and are counted, the count survives the
// process, and [Queue.Dropped] tells it so that it can go out with the next delivery. Processes that write at the same
// time see each other's segments when they open one, so that each may exceed the limits by the segment that it is
// writing; the last one to close puts that right. Delivered records are removed file by file, so that the files may
// be longer than what waits in them by one segment of an eighth of the limit, at most 4 MiB.
//
// Nothing that is wrong with the disk is an error for a route. Where a folder cannot be made, a file cannot be written or the
// file system has no locks, records wait in memory: at most 256 of them or 1 MiB, the oldest go first. They move to disk
// when that works again. A disk that took more than a tenth of a second for a record is spared for a second: what comes
// meanwhile waits in memory too, and so does not survive a kill, and goes to disk with one write after that second, when
// memory is full, or in Close. Nothing is created before the first record, and the folder belongs to its user alone.
//
// A queue whose files somebody removes goes on in new ones. What the removed files held is gone.
//
// # Files
//
// A queue is a folder of append-only segments, each named by the time it was begun. Its writer holds a kernel lock on
// it, which ends with the process, and everybody leaves alone what he cannot lock. A short program continues the
// segment that an earlier one did not fill, so beside full ones there are about as many files as programs have run at the
// same time. Records are framed with length and checksum; a part of one at the end is what a killed writer left, and is
// passed over. Damage elsewhere ends a segment: what is behind it counts as one drop.
//
// A segment of another format version is neither read nor written, since an older or newer build of the host may be at
// work in the same folder; it is removed when it is too old.
//
// Age goes by the clock. A segment that lies more than a day in the future, or before the year 2000, was named by a wrong
// clock and counts as begun when that is noticed. A clock that jumps ahead by more than the age limit ages everything.
package spool
