package upload

import "time"

// Status is what is known about one target's delivery.
type Status struct {
	Target    string
	URL       string    // without query; empty when it is not acceptable
	Disabled  string    // why the target does not work; empty when it does
	Until     time.Time // held back until then; zero: not
	Failures  int       // in a row
	Time      time.Time // of the last request; zero: none known
	Status    int       // of the last request; 0: no answer
	Class     string    // of the last error: dns, refused, timeout, tls, sign, network
	Delivered time.Time // of the last success
}

// Status tells how things stand, in the order of the targets, from this process
// and what others left in the state file. It opens no connection and writes
// nothing.
func (u *Uploader) Status() []Status {
	if u == nil {
		return nil
	}
	now := time.Now()
	known := u.store.read(now)
	all := make([]Status, 0, len(u.targets))
	for _, t := range u.targets {
		h := known.Targets[t.place]
		all = append(all, Status{
			Target: t.Name, URL: t.shown, Disabled: t.reason(), Until: h.heldUntil(now, false), Failures: h.Failures,
			Time: h.Time, Status: h.Status, Class: h.Class, Delivered: h.Delivered,
		})
	}
	return all
}
